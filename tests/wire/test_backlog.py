"""What waits in a queue of a real broker is counted when it begins to be consumed, with the rights of the service."""

from __future__ import annotations

from kombu import Connection

from shared import bus
from shared.runtime.consuming import Consuming
from shared.runtime.link import connected
from tests.component.runtime.test_backlog import check_reading
from tests.wire.platform import Platform
from tests.wire.waiting import until

QUEUE = bus.OBSERVATIONS.queues(bus.RULES_ENGINE)[3]
PATIENCE_S = 60.0


def put(platform: Platform, number: int) -> None:
    with Connection(platform.administrator) as link:
        channel = link.default_channel
        channel.confirm_select()
        for _ in range(number):
            channel.basic_publish_confirm(channel.prepare_message(b"{}"), exchange="", routing_key=QUEUE)


def test_what_waited_is_read_when_it_is_handled(platform: Platform) -> None:
    with connected(platform.administrator) as link:
        consuming = Consuming(link, lambda: [QUEUE], prefetch=20)
        check_reading(consuming, QUEUE, lambda number: put(platform, number))


def test_an_engine_is_soon_behind_in_nothing(platform: Platform) -> None:
    put(platform, 50)
    platform.start(bus.DEVICE_REGISTRY)
    engine = platform.start(bus.RULES_ENGINE)
    held = 'vigie_lease_held{part="3",service="rules_engine"} 1.0'
    until(lambda: held in engine.metrics(), PATIENCE_S, "the part is held")
    until(lambda: 'vigie_ticks_total{service="rules_engine"}' in engine.metrics(), PATIENCE_S, "it looks")
    until(lambda: platform.schemas.sql("SELECT 1 FROM rules_engine.parked"), PATIENCE_S, "they can't be read")
    until(
        lambda: 'vigie_backlog_parts{service="rules_engine"} 0.0' in engine.metrics(), PATIENCE_S, "nothing is behind"
    )
    assert 'vigie_backlog_given_up_total{service="rules_engine"} 0.0' in engine.metrics()
