"""A message that no handler can take harms nobody else; kills alone make no message look like one."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import uuid4

import pytest
from kombu import Connection

from shared import bus
from shared.model.message import encode
from shared.model.observations import Observation, Observations
from tests.wire.live import LOW_MM, TOPIC, Live, content, dead_letters, live, not_decided, parked
from tests.wire.mqtt import gateway
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ
from tests.wire.waiting import until

STATIONS, EACH = 50, 200
KILLED: Final = ("rules_engine-0", "telemetry-0", "rules_engine-0")
NAMES: Final = ("device_registry-0", "telemetry-0", "rules_engine-0")
PARTITION: Final = 3
SEED: Final = 4


def publish_poison(city: Live) -> str:
    """To the rules engine: readable as a message, but no text that PostgreSQL stores; its id."""
    seen = Observation(point="a\0b", property="level", time=datetime.now(UTC), value=1.0, unit="mm")
    body = encode(Observations(partition=PARTITION, observations=(seen,)))
    identifier = str(uuid4())
    with Connection(city.platform.administrator) as link, link.channel() as channel:
        message = channel.prepare_message(
            body, content_type="application/json", content_encoding="utf-8", headers={"id": identifier},
            properties={"delivery_mode": 2},
        )  # fmt: skip
        channel.basic_publish(message, exchange=bus.OBSERVATIONS.exchange, routing_key=str(PARTITION))
    return identifier


def uplinks(city: Live, begin: datetime, number: int) -> list[tuple[str, bytes]]:
    """So many of each station, a millisecond apart."""
    moments = [begin + timedelta(milliseconds=each) for each in range(number)]
    return [
        (TOPIC, json.dumps(content(station, moment, LOW_MM)).encode())
        for moment in moments
        for station in city.stations
    ]


def stored(city: Live) -> int:
    number: int = city.platform.schemas.sql("SELECT count(*) FROM telemetry.observation")[0][0]
    return number


@pytest.mark.slow
def test_one_bad_message_among_ten_thousand_is_parked_once_and_no_kill_makes_a_dead_letter(
    rabbitmq: RabbitMQ, postgresql: PostgreSQL, tmp_path: Path
) -> None:
    chance = random.Random(SEED)  # noqa: S311 - moments, not secrets
    with live((rabbitmq, postgresql), tmp_path, STATIONS, NAMES) as city:
        city.key()
        with gateway(rabbitmq, city.platform.gateway_of("gemapi")) as sender:
            good = uplinks(city, datetime.now(UTC) - timedelta(minutes=5), EACH)
            middle = len(good) // 2
            sender.publish(good[:middle])
            poison = publish_poison(city)
            sender.publish(good[middle:])
        for name in KILLED:
            # While it works: at a moment of its own choosing among what is left to do.
            goal = stored(city) + chance.randrange(len(good) // 10)
            until(lambda goal=goal: stored(city) >= min(goal, len(good)), 60, "some more are stored")
            city.processes[name].kill()
            city.start([name])
        city.await_quiet()
        assert stored(city) == len(good)
        assert not_decided(city) == 0
        assert [(service, queue) for service, queue, _ in parked(city)] == [
            (bus.RULES_ENGINE, bus.OBSERVATIONS.queues(bus.RULES_ENGINE)[PARTITION])
        ]
        assert city.platform.rows(bus.RULES_ENGINE, "parked", "event_id") == [(poison,)]
        assert all("NUL" in reason for _, _, reason in parked(city)), parked(city)
        assert dead_letters(city) == 0
