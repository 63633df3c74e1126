"""Queues and rights as they are declared: what can't be handled is kept, and nobody may do more than they need."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from amqp.exceptions import AccessRefused
from kombu import Connection

from shared import bus
from shared.errors import BusIncomplete
from shared.runtime import topology
from shared.runtime.confirming import Confirming, NotConfirmed
from shared.runtime.message_store import OutboxRow
from tests.wire.platform import Platform
from tests.wire.waiting import until

QUEUE = bus.REGISTRY_CHANGED.queues(bus.PORTAL)[0]
PATIENCE_S = 30.0
ROW = OutboxRow(1, "e1", bus.REGISTRY_CHANGED.name, bus.REGISTRY_CHANGED.name, b"{}", time.time())


@pytest.fixture
def administrator(platform: Platform) -> Iterator[Connection]:
    with Connection(platform.administrator) as link:
        yield link


def test_a_message_that_is_given_back_without_end_becomes_a_dead_letter(
    platform: Platform, administrator: Connection
) -> None:
    channel = administrator.default_channel
    channel.basic_publish(channel.prepare_message(b"{}"), exchange="", routing_key=QUEUE)
    for _ in range(topology.DELIVERY_LIMIT + 1):
        message = until(lambda: channel.basic_get(QUEUE), PATIENCE_S, "it comes again")
        channel.basic_reject(message.delivery_tag, requeue=True)
    until(lambda: platform.depths() == {bus.DEAD_LETTERS: (1, 0)}, PATIENCE_S, "it is kept apart", platform.depths)


def test_a_service_may_neither_delete_nor_make_a_queue_of_events(platform: Platform) -> None:
    with Connection(platform.environment(bus.PORTAL)["VIGIE_AMQP_URL"]) as link:
        with pytest.raises(AccessRefused), link.channel() as channel:
            channel.queue_delete(QUEUE)
        with pytest.raises(AccessRefused), link.channel() as channel:
            channel.queue_declare("vigie.portal.observations", durable=True)


def test_a_service_may_not_read_what_is_for_another(platform: Platform) -> None:
    with (
        Connection(platform.environment(bus.PORTAL)["VIGIE_AMQP_URL"]) as link,
        pytest.raises(AccessRefused),
        link.channel() as channel,
    ):
        channel.basic_get(bus.ALERT_CHANGED.queues(bus.NOTIFIER)[0])


def test_a_message_without_a_queue_is_an_error_and_not_lost(administrator: Connection) -> None:
    for consumer in bus.REGISTRY_CHANGED.consumers:
        for queue in bus.REGISTRY_CHANGED.queues(consumer):
            administrator.default_channel.queue_delete(queue)
    channel = Confirming(administrator)
    channel.publish(ROW)
    with pytest.raises(NotConfirmed, match="vigie bus declare"):
        channel.wait()


def test_a_service_waits_for_its_queues_and_then_says_what_to_do(platform: Platform, administrator: Connection) -> None:
    administrator.default_channel.queue_delete(QUEUE)
    with pytest.raises(BusIncomplete, match="vigie bus declare"):
        topology.require(platform.administrator, [bus.REGISTRY_CHANGED.exchange], [QUEUE], patience_s=1.5)
    topology.declare_all(administrator)
    topology.require(platform.administrator, [bus.REGISTRY_CHANGED.exchange], [QUEUE], patience_s=10)
