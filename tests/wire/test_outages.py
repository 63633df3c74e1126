"""Broker, database and a decider go away for a while: all wait, say so, and lose and repeat nothing."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from shared import bus
from tests.wire.disturbing import is_served, now_of
from tests.wire.live import (
    HIGH_MM,
    LOW_MM,
    Live,
    Stations,
    dead_letters,
    expected_transitions,
    live,
    not_decided,
    not_stored_once,
    parked,
    reporting,
    transitions,
)
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ
from tests.wire.told import await_told, told_otherwise, untold_alerts
from tests.wire.trial import Doubles
from tests.wire.waiting import until

STATIONS, PER_SECOND = 60, 200
AWAY_S: Final = 4.0
# Longer than a lease lasts.
FROZEN_S: Final = 9.0
RED_AFTER_S, GREEN_AFTER_S = 8.0, 40.0
NAMES: Final = (*(f"{service}-0" for service in bus.SERVICES), "rules_engine-1")


def readiness(city: Live, seconds: float = 5.0) -> dict[str, int]:
    """The status that each process answers with; 0: none."""
    return {name: process.readyz(seconds)[0] for name, process in city.processes.items()}


def all_are(city: Live, status: int) -> bool:
    return set(readiness(city).values()) == {status}


def stays_so(question: Callable[[], bool], seconds: float) -> bool:
    """Whether every answer was yes, for so long."""
    last = time.monotonic() + seconds
    while question():
        if time.monotonic() > last:
            return True
    return False


@contextmanager
def away(city: Live, stop: Callable[[], None], start: Callable[[], None], seconds: float) -> Iterator[None]:
    """Something that all need is away for so long; all are red soon, as long as it lasts, and green again after."""
    assert all_are(city, 200)
    stop()
    began = time.monotonic()
    try:
        until(lambda: all_are(city, 503), RED_AFTER_S, "all are red", lambda: readiness(city))
        yield
        assert stays_so(lambda: all_are(city, 503), seconds - (time.monotonic() - began)), readiness(city)
    finally:
        start()
    until(lambda: all_are(city, 200), GREEN_AFTER_S, "all are green", lambda: readiness(city))


@contextmanager
def frozen(city: Live, name: str, seconds: float) -> Iterator[None]:
    """A process does nothing for so long; the other one takes over meanwhile, and nobody else is red."""
    others = {other for other in city.processes if other != name}
    service, moment, began = name.rpartition("-")[0], now_of(city.platform), time.monotonic()
    city.processes[name].freeze()
    try:
        until(lambda: is_served(city.platform, service, moment), GREEN_AFTER_S, "the other one holds every lease")
        print(f"{name} frozen: every lease held by another after {time.monotonic() - began:.1f} s")  # noqa: T201
        yield
        green = dict.fromkeys(others, 200) | {name: 0}
        assert stays_so(lambda: readiness(city, 2.0) == green, seconds - (time.monotonic() - began)), readiness(city)
    finally:
        city.processes[name].thaw()
    until(lambda: all_are(city, 200), GREEN_AFTER_S, "all are green", lambda: readiness(city))


def disturb(city: Live, stations: Stations, away_s: float, frozen_s: float) -> None:
    """One after the other, and in the middle of each the water rises or falls."""
    broker, database = city.platform.rabbitmq, city.platform.postgresql
    with away(city, broker.stop, broker.start, away_s):
        stations.level = HIGH_MM
    with away(city, database.stop, database.start, away_s):
        stations.level = LOW_MM
    with frozen(city, "rules_engine-0", frozen_s):
        stations.level = HIGH_MM


@pytest.mark.slow
def test_outages_of_broker_and_database_and_a_frozen_decider_lose_nothing_and_repeat_nothing(
    rabbitmq: RabbitMQ, postgresql: PostgreSQL, tmp_path: Path
) -> None:
    with (
        Doubles() as doubles,
        live((rabbitmq, postgresql), tmp_path, STATIONS, NAMES, doubles.settings()) as city,
    ):
        with reporting(city, PER_SECOND) as stations:
            disturb(city, stations, AWAY_S, FROZEN_S)
        city.await_quiet()
        await_told(city.platform)
        assert all(process.is_alive() for process in city.processes.values())
        assert not_stored_once(city, stations) == (set(), set())
        assert (not_decided(city), parked(city), dead_letters(city)) == (0, [], 0)
        assert transitions(city) == expected_transitions(city, rises=2, falls=1)
        assert untold_alerts(city.platform) == 0
        assert told_otherwise(city.platform, doubles) == (Counter(), Counter())
