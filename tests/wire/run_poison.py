"""Thousands of good messages and a bad one, while consumers are killed: for the tests and for ``tests.soak``."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Final
from uuid import uuid4

from kombu import Connection

from shared import bus
from shared.model.message import encode
from shared.model.observations import Observation, Observations
from tests.wire.disturbing import is_served, now_of
from tests.wire.live import LOW_MM, TOPIC, Live, content, live
from tests.wire.mqtt import gateway
from tests.wire.outcome import MEASURED, dead_letters, not_decided, parked
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ
from tests.wire.waiting import until

NAMES: Final = ("device_registry-0", "telemetry-0", "rules_engine-0")
PARTITION: Final = 3
"""Where the bad message goes."""

_STATIONS: Final = 50
_PATIENCE_S: Final = 60.0

Message = tuple[str, bytes]


@dataclass(frozen=True)
class Outcome:
    """What came of it.

    Attributes:
        good: good uplinks that were sent.
        stored: observations that were stored, each once by its key.
        not_decided: messages with observations that the rules engine did not handle.
        parked: service, queue and reason of each message that was parked.
        is_the_bad_one: whether what was parked is the bad message and nothing else.
        dead_letters: messages that were delivered too often.
        kills: of consumers.
    """

    good: int
    stored: int
    not_decided: int
    parked: list[tuple[str, str, str]]
    is_the_bad_one: bool
    dead_letters: int
    kills: int

    def is_good(self) -> bool:
        """Whether the bad one was parked once, and all others were handled."""
        return self.is_the_bad_one and (self.stored, self.not_decided, self.dead_letters) == (self.good, 0, 0)


def run(
    servers: tuple[RabbitMQ, PostgreSQL],
    folder: Path,
    number: int,
    killed: Sequence[str],
    chance: random.Random,
    told: Callable[[str], None] = lambda _name: None,
) -> Outcome:
    """Send the good ones in portions with the bad one in the middle; after each portion a consumer is killed.

    Args:
        number: of good uplinks, at least.
        killed: processes such as ``telemetry-0``, one after each portion.
    """
    with live(servers, folder, _STATIONS, NAMES) as city:
        city.key()
        good = _uplinks(city, datetime.now(UTC) - timedelta(minutes=30), -(-number // _STATIONS))
        bad = ""
        with gateway(city.platform.rabbitmq, city.platform.gateway_of("gemapi")) as sender:
            for turn, (name, portion) in enumerate(zip(killed, _portions(good, len(killed)), strict=True)):
                before = _stored(city)
                sender.publish(portion)
                if turn == len(killed) // 2:
                    bad = _publish_bad(city)
                _kill_at_work(city, name, before + chance.randrange(len(portion)))
                told(name)
        city.await_quiet()
        return _outcome(city, len(good), bad, len(killed))


def _outcome(city: Live, good: int, bad: str, kills: int) -> Outcome:
    found = parked(city)
    ours = (bus.RULES_ENGINE, bus.OBSERVATIONS.queues(bus.RULES_ENGINE)[PARTITION])
    is_bad = [each[:2] for each in found] == [ours] and all("NUL" in reason for _, _, reason in found)
    is_bad = is_bad and city.platform.rows(bus.RULES_ENGINE, "parked", "event_id") == [(bad,)]
    return Outcome(good, _stored(city), not_decided(city), found, is_bad, dead_letters(city), kills)


def _kill_at_work(city: Live, name: str, goal: int) -> None:
    """Kill a consumer when so many observations are stored, and start another in its place."""
    service = name.rpartition("-")[0]
    until(lambda: _stored(city) >= goal, _PATIENCE_S, f"{goal} observations are stored")
    city.processes[name].kill()
    moment = now_of(city.platform)
    city.start([name])
    if service in bus.LEASES:
        # A consumer without its leases has nothing in hand that a kill could harm.
        until(lambda: is_served(city.platform, service, moment), _PATIENCE_S, f"{name} holds every lease")


def _publish_bad(city: Live) -> str:
    """To the rules engine: readable as a message, but no text that PostgreSQL stores; its id."""
    seen = Observation(point="a\0b", property="level", time=datetime.now(UTC), value=1.0, unit="m")
    body = encode(Observations(partition=PARTITION, observations=(seen,)))
    identifier = str(uuid4())
    with Connection(city.platform.administrator) as link, link.channel() as channel:
        properties = {"delivery_mode": 2}
        message = channel.prepare_message(
            body, None, "application/json", "utf-8", {"id": identifier}, properties=properties
        )
        channel.basic_publish(message, exchange=bus.OBSERVATIONS.exchange, routing_key=str(PARTITION))
    return identifier


def _uplinks(city: Live, begin: datetime, each: int) -> list[Message]:
    """So many of each station, a millisecond apart."""
    moments = [begin + timedelta(milliseconds=number) for number in range(each)]
    return [
        (TOPIC, json.dumps(content(station, moment, LOW_MM)).encode())
        for moment in moments
        for station in city.stations
    ]


def _portions(messages: list[Message], number: int) -> list[list[Message]]:
    ends = [len(messages) * each // number for each in range(number + 1)]
    return [messages[first:last] for first, last in pairwise(ends)]


def _stored(city: Live) -> int:
    number: int = city.platform.schemas.sql(f"SELECT count(*) {MEASURED}")[0][0]
    return number
