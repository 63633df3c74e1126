"""Broker, database and a decider go away under traffic: for the tests and for ``tests.soak``."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shared import bus
from tests.wire.accounting import doubts_of
from tests.wire.disturbing import is_served, now_of
from tests.wire.live import HIGH_MM, LOW_MM, Live, live
from tests.wire.outcome import dead_letters, expected_transitions, not_decided, not_stored_once, parked, transitions
from tests.wire.reporting import Reading, Stations, reporting
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ
from tests.wire.told import await_told, told_otherwise, untold_alerts
from tests.wire.trial import Doubles, Message
from tests.wire.waiting import until

RED_AFTER_S, GREEN_AFTER_S = 8.0, 40.0
NAMES: Final = (*(f"{service}-0" for service in bus.SERVICES), "rules_engine-1")
_FROZEN: Final = "rules_engine-0"
_STATIONS: Final = 60


@dataclass(frozen=True)
class Outcome:
    """What came of it.

    Attributes:
        observations: that were measured.
        take_over_s: from the freeze until the other process held every lease.
        dead: processes that ended.
        not_stored: measured and not stored, and the other way round.
        not_decided: messages with observations that the rules engine did not handle.
        transitions: that are too many or too few.
        not_told: alerts that fired and are in no incident.
        told_otherwise: messages that were accepted too often, or not; those in doubt aside.
        doubts: notifications of which nobody knows whether they reached somebody.
        parked, dead_letters: as their names say.
    """

    observations: int
    take_over_s: float
    dead: list[str]
    not_stored: tuple[set[Reading], set[Reading]]
    not_decided: int
    transitions: Counter[tuple[str, str]]
    not_told: int
    told_otherwise: tuple[Counter[Message], Counter[Message]]
    doubts: int
    parked: list[tuple[str, str, str]]
    dead_letters: int

    def is_good(self) -> bool:
        """Whether nothing was lost, nothing came twice, and nobody died.

        The one notification that was being sent when the database went may be in doubt.
        """
        wrong = (self.dead, *self.not_stored, self.not_decided, self.transitions, self.not_told)
        return self.doubts <= 1 and not any((*wrong, *self.told_otherwise, self.parked, self.dead_letters))


def run(
    servers: tuple[RabbitMQ, PostgreSQL],
    folder: Path,
    per_second: int,
    away_s: float,
    frozen_s: float,
    told: Callable[[str], None] = lambda _words: None,
) -> Outcome:
    """One outage after the other; in the middle of each the water rises or falls.

    Args:
        per_second: observations, of all stations together.
        away_s: how long broker and database are each away.
        frozen_s: how long one of two rules engines does nothing, at least.

    Raises:
        TimeoutError, AssertionError: a ``/readyz`` is red, green or silent when it should not be.
    """
    with Doubles() as doubles, live(servers, folder, _STATIONS, NAMES, doubles.settings()) as city:
        broker, database = city.platform.rabbitmq, city.platform.postgresql
        with reporting(city, per_second) as stations:
            told("the broker goes away")
            with _away(city, broker.stop, broker.start, away_s):
                stations.turn(HIGH_MM)
            stations.await_turned()
            told("the database goes away")
            with _away(city, database.stop, database.start, away_s):
                stations.turn(LOW_MM)
            stations.await_turned()
            told("a rules engine is frozen")
            with _frozen(city, frozen_s) as take_over_s:
                stations.turn(HIGH_MM)
            stations.await_turned()
        city.await_quiet()
        await_told(city.platform)
        return _outcome(city, stations, doubles, take_over_s)


def _outcome(city: Live, stations: Stations, doubles: Doubles, take_over_s: float) -> Outcome:
    found, wanted = transitions(city), expected_transitions(city, rises=2, falls=1)
    return Outcome(
        observations=len(stations.readings()),
        take_over_s=take_over_s,
        dead=[name for name, process in city.processes.items() if not process.is_alive()],
        not_stored=not_stored_once(city, stations),
        not_decided=not_decided(city),
        transitions=(found - wanted) + (wanted - found),
        not_told=untold_alerts(city.platform),
        told_otherwise=told_otherwise(city.platform, doubles),
        doubts=len(doubts_of(city.platform)),
        parked=parked(city),
        dead_letters=dead_letters(city),
    )


def _readiness(city: Live, seconds: float = 5.0) -> dict[str, int]:
    """The status that each process answers with; 0: none."""
    return {name: process.readyz(seconds)[0] for name, process in city.processes.items()}


def _all_are(city: Live, status: int) -> bool:
    return set(_readiness(city).values()) == {status}


def _assert_stays(question: Callable[[], bool], last: float, city: Live) -> None:
    while time.monotonic() < last:
        assert question(), _readiness(city)


@contextmanager
def _away(city: Live, stop: Callable[[], None], start: Callable[[], None], seconds: float) -> Iterator[None]:
    """Something that all need is away for so long; all are red soon, as long as it lasts, and green again after."""
    assert _all_are(city, 200), _readiness(city)
    stop()
    last = time.monotonic() + seconds
    try:
        until(lambda: _all_are(city, 503), RED_AFTER_S, "all are red", lambda: _readiness(city))
        yield
        _assert_stays(lambda: _all_are(city, 503), last, city)
    finally:
        start()
    until(lambda: _all_are(city, 200), GREEN_AFTER_S, "all are green", lambda: _readiness(city))


@contextmanager
def _frozen(city: Live, seconds: float) -> Iterator[float]:
    """A process does nothing for so long; gives how long the other took to take over. Nobody else is red."""
    process = city.processes[_FROZEN]
    before = now_of(city.platform)
    # Renewed since the last outage: what is left of an old lease would be taken over sooner.
    until(lambda: is_served(city.platform, bus.RULES_ENGINE, before), GREEN_AFTER_S, "every lease is held")
    until(lambda: _shares(city) == [bus.PARTITIONS // 2] * 2, GREEN_AFTER_S, "each has its share")
    process.freeze()
    moment, began = now_of(city.platform), time.monotonic()
    try:
        until(lambda: is_served(city.platform, bus.RULES_ENGINE, moment), GREEN_AFTER_S, "the other took over")
        yield time.monotonic() - began
        green = dict.fromkeys(city.processes, 200) | {_FROZEN: 0}
        _assert_stays(lambda: _readiness(city, 2.0) == green, began + seconds, city)
    finally:
        process.thaw()
    until(lambda: _all_are(city, 200), GREEN_AFTER_S, "all are green", lambda: _readiness(city))


def _shares(city: Live) -> list[int]:
    """How many leases each rules engine holds: as the database says, which a process may not have heard yet."""
    query = "SELECT count(*) FROM rules_engine.lease WHERE expires_at > clock_timestamp() GROUP BY holder"
    return [number for (number,) in city.platform.schemas.sql(query)]
