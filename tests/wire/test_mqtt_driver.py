"""The contract of all drivers, kept by the one for MQTT: on a real broker, with lamps that are clients of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from kombu import Connection

from services.console.fleet import Fleet
from services.lighting_controller.domain.commanding.driver import FailSafe
from services.lighting_controller.domain.commanding.kept_programme import ALONE_AFTER
from services.lighting_controller.drivers import WAYS, Surroundings
from services.lighting_controller.drivers.mqtt_line import MqttAddress, MqttLine
from services.lighting_controller.storage.simulated_lamps import StoredLamps
from shared import bus
from shared.errors import DeliveryDelayed
from shared.runtime import topology
from shared.runtime.settings import Secret, Settings
from tests.unit.services.lighting_controller.drivers.contract import (
    FACTS,
    FACTS_OF_CLOSING,
    FACTS_OF_KEEPING,
    ClosingBench,
    KeepingBench,
    Levels,
)
from tests.wire.lamps import lamps_user, mqtt_url
from tests.wire.lighting.heard import HeardQueue
from tests.wire.servers.rabbitmq import RabbitMQ
from tests.wire.waiting import until

PATIENCE_S = 20.0
LAMPS = [f"lamp-{number}" for number in range(99)] + ["a.b"]


class WireBench:
    """The driver, with the rights of the controller, and lamps with those of lamps."""

    lamps: Sequence[str] = LAMPS
    ramp = timedelta(seconds=0.5)

    def __init__(self, url: str, fleet: Fleet, queue: HeardQueue) -> None:
        unused: StoredLamps = None  # type: ignore[assignment]
        self.driver, self.closed = (
            WAYS["mqtt"].driver(
                Surroundings(replace(Settings(), lighting_driver="mqtt", mqtt_url=Secret(address)), unused, queue)
            )
            for address in (url, "mqtt://u:p@127.0.0.1:1")
        )
        self._fleet = fleet
        self._is_heard = True

    def now(self) -> datetime:
        return datetime.now(UTC)

    def settled(self, wanted: Mapping[str, Levels]) -> Mapping[str, Levels]:
        until(lambda: self._seen(wanted) == wanted, PATIENCE_S, f"{wanted}", lambda: self._seen(wanted))
        return self._seen(wanted)

    def cut_off(self) -> None:
        # Silence is all that a lamp can notice; the time that it has to last is short in these tests.
        self._is_heard = False

    def hears_again(self) -> None:
        self._is_heard = True

    def does(self, wanted: Mapping[str, Levels]) -> Mapping[str, Levels]:
        return self.settled(wanted)

    def _seen(self, wanted: Mapping[str, Levels]) -> Mapping[str, Levels]:
        if self._is_heard:
            assert isinstance(self.driver, FailSafe)
            self.driver.beat(self.now())
        self._fleet.tick()
        found = self.driver.reports(list(wanted), self.now())
        return {report.luminaire: (report.feedback, report.actual) for report in found}


@pytest.fixture
def controller(rabbitmq: RabbitMQ, vhost: str) -> str:
    """Where the controller enters, with its own rights; the queues are there."""
    with Connection(rabbitmq.amqp_url(rabbitmq.make_user("administrator", vhost))) as link:
        topology.declare_all(link)
    given = topology.rights(bus.LIGHTING_CONTROLLER)
    user = rabbitmq.make_user(bus.LIGHTING_CONTROLLER, vhost, given.configure, given.write, given.read)
    assert given.topics is not None
    rabbitmq.set_topic_rights(user, write=given.topics, read="^$")
    return mqtt_url(rabbitmq, user)


@pytest.fixture
def lamps_url(rabbitmq: RabbitMQ, vhost: str) -> str:
    """Where lamps enter, with the rights that ``docs/luminaires.md`` gives them."""
    return mqtt_url(rabbitmq, lamps_user(rabbitmq, vhost))


@pytest.fixture
def bench_of(
    rabbitmq: RabbitMQ, vhost: str, controller: str, lamps_url: str
) -> Iterator[Callable[[timedelta], WireBench]]:
    """A function that makes a bench of a hundred lamps that have reported once, and are alone after so long."""
    with ExitStack() as ending, Connection(rabbitmq.amqp_url(rabbitmq.make_user("reader", vhost))) as link:

        def make(alone_after: timedelta) -> WireBench:
            address = MqttAddress.read(Secret(lamps_url))
            fleet = Fleet(address, LAMPS, lambda: datetime.now(UTC), alone_after=alone_after)
            fleet.begin()
            ending.callback(fleet.end)
            made = WireBench(controller, fleet, HeardQueue(link))
            ending.callback(made.driver.rest)
            made.settled(dict.fromkeys(LAMPS, (None, 100)))
            return made

        yield make


@pytest.mark.parametrize("fact", FACTS + FACTS_OF_CLOSING, ids=lambda fact: fact.__name__)
def test_driver_keeps_the_contract(
    bench_of: Callable[[timedelta], WireBench], fact: Callable[[ClosingBench], None]
) -> None:
    fact(bench_of(ALONE_AFTER))


@pytest.mark.parametrize("fact", FACTS_OF_KEEPING, ids=lambda fact: fact.__name__)
def test_lamps_keep_a_programme(
    bench_of: Callable[[timedelta], WireBench], fact: Callable[[KeepingBench], None]
) -> None:
    fact(bench_of(timedelta(seconds=2)))


def test_the_line_says_when_a_broker_is_away_and_when_it_lets_nobody_in(controller: str) -> None:
    away = MqttLine(MqttAddress.read(Secret("mqtt://u:p@127.0.0.1:1")))
    stranger = MqttLine(MqttAddress.read(Secret(controller.replace("mqtt://", "mqtt://nobody"))))
    for line, why in ((away, "is away"), (stranger, "does not let us in")):
        with pytest.raises(DeliveryDelayed, match=why) as told:
            line.publish([("vigie/luminaires/a/desired", b"{}")], 5)
        assert told.value.retry_after_s is not None
        with pytest.raises(DeliveryDelayed, match="a moment ago"):
            line.publish([("vigie/luminaires/a/desired", b"{}")], 5)


def test_what_the_controller_may_not_publish_is_not_called_delivered(controller: str) -> None:
    line = MqttLine(MqttAddress.read(Secret(controller)))
    with pytest.raises(DeliveryDelayed):
        line.publish([("vigie/luminaires/a/reported", b"{}")], 5)


def test_who_opens_the_line_takes_it_from_whoever_had_it(controller: str) -> None:
    first, second = (MqttLine(MqttAddress.read(Secret(controller))) for _ in range(2))
    first.publish([("vigie/luminaires/a/desired", b"{}")], 5)
    second.publish([("vigie/luminaires/a/desired", b"{}")], 5)
    client = first._client
    assert client is not None
    until(lambda: not client.is_connected(), PATIENCE_S, "the first has lost it")
    first.close()
    second.close()
