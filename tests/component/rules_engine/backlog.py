"""A gateway is away for six hours and brings all that its sensors saw, in any order, while other sensors go on."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from services.rules_engine.domain.book import Key
from services.rules_engine.domain.playing import Seen
from services.rules_engine.domain.sample import Sample
from shared.runtime.database import Database
from tests.component.rules_engine.arriving import known
from tests.component.rules_engine.playground import (
    KIND,
    MINUTE,
    START,
    Run,
    book_of,
    is_late,
    observed,
    point,
    valley,
    written,
)
from tests.component.rules_engine.rules_of_all_sorts import OTHER, RULES

_EVERY: Final = 5 * MINUTE
_AWAY: Final = START + timedelta(hours=2)
BACK: Final = _AWAY + timedelta(hours=6)
_END: Final = BACK + timedelta(minutes=70)
_CHUNK: Final = 500
_SORTS: Final = (
    "plain", "holds", "counts", "mean", "strict-mean", "events", "rise", "silent", "periods", "ladder", "valley",
    "network", "highest",
)  # fmt: skip
_RULES: Final = {name: RULES[name] for name in _SORTS} | {"other": OTHER}


@dataclass(frozen=True)
class Sensor:
    """A station whose level is low but from one moment to another."""

    name: str
    behind_gateway: bool
    high: tuple[datetime, datetime]

    def at(self, time: datetime) -> Seen:
        value = 2.6 if self.high[0] <= time < self.high[1] else 1.0
        return Seen(self.name, "level", Sample(value, time))


def sensors(count: int, chance: random.Random) -> list[Sensor]:
    """Four of five are behind the gateway. What they saw began and ended before it, with it, or goes on.

    In the last hour before it is back, for which observations still are in time, nothing changes.
    """
    moments = [
        START,
        START + timedelta(hours=1),
        *(_AWAY + timedelta(minutes=30 * half) for half in range(1, 10)),
        _END,
    ]
    return [
        Sensor(f"s{number:03}", number % 5 > 0, tuple(sorted(chance.sample(moments, 2))))  # type: ignore[arg-type]
        for number in range(count)
    ]


@dataclass
class Found:
    """What came of it.

    Attributes:
        late: how many observations of the backlog were late.
        differences: what is not as if it had come in time, in words.
    """

    observations: int = 0
    late: int = 0
    raised: int = 0
    differences: list[str] = field(default_factory=list)


def compare(databases: Sequence[Database], count: int, seed: int) -> Found:
    """Run it once in time and once with the gateway away."""
    chance, found = random.Random(seed), Found()  # noqa: S311 - moments, not secrets
    stations = sensors(count, chance)
    book = book_of(written(_RULES), valley(point(each.name) for each in stations))
    in_time, away = (Run(database, book) for database in databases)
    _go_on(in_time, stations, START, BACK)
    in_time.observe(observed(each.at(BACK)) for each in stations)
    _go_on(away, stations, START, _AWAY)
    _go_on(away, [each for each in stations if not each.behind_gateway], _AWAY, BACK)
    before = _firing(away)
    told = len(away.told())
    _bring(away, stations, chance, found)
    in_time.until(away.now)
    in_time.look()
    _weigh(found, in_time, away, before)
    found.raised = len(away.told()) - told
    for run in (in_time, away):
        _go_on(run, stations, BACK + _EVERY, _END)
    _differ(found, "when all have gone on for a while", _firing(in_time), _firing(away))
    return found


def _go_on(run: Run, stations: Sequence[Sensor], begin: datetime, end: datetime) -> None:
    time = begin
    while time < end:
        run.until(time)
        run.observe(observed(each.at(time)) for each in stations)
        time += _EVERY
    run.until(end)


def _bring(run: Run, stations: Sequence[Sensor], chance: random.Random, found: Found) -> None:
    """All at once, in pieces of any order; those who were never away go on meanwhile."""
    run.observe(observed(each.at(BACK)) for each in stations if not each.behind_gateway)
    missed = [
        Seen(seen.point, seen.name, seen.sample, BACK)
        for each in stations
        if each.behind_gateway
        for seen in _between(each)
    ]
    found.observations, found.late = len(missed), sum(map(is_late, missed))
    chunks = [missed[index : index + _CHUNK] for index in range(0, len(missed), _CHUNK)]
    chance.shuffle(chunks)
    for chunk in chunks:
        chance.shuffle(chunk)
        run.now += timedelta(milliseconds=200)
        run.observe(observed(each, late=is_late(each)) for each in chunk)


def _between(sensor: Sensor) -> Iterator[Seen]:
    time = _AWAY
    while time <= BACK:
        yield sensor.at(time)
        time += _EVERY


def _weigh(found: Found, in_time: Run, away: Run, before: set[Key]) -> None:
    """As soon as it is all here."""
    one, other = known(in_time), known(away)
    _differ(found, "samples", one.samples, other.samples)
    _differ(found, "values read", one.rows, other.rows)
    _differ(found, "firing by values alone", one.firing, other.firing)
    if wrong := _firing(away) - _firing(in_time):
        found.differences.append(f"raised though it doesn't hold now: {sorted(wrong)[:5]}")
    fired: list[Any] = [each for each in away.told() if each[2] == "fired" and each[3] >= _AWAY]
    behind = f"told of the past, {KIND.max_delay_s / 3600:g} h and more before"
    past = [each for each in fired if each[:2] not in before and each[3] < BACK - timedelta(seconds=KIND.max_delay_s)]
    if gateway := [each for each in past if ":" not in each[1] and int(each[1][1:]) % 5]:
        found.differences.append(f"{behind}: {gateway[:5]}")


def _firing(run: Run) -> set[Key]:
    return {key for key, phase in run.phases().items() if phase == "firing"}


def _differ(found: Found, what: str, one: Any, other: Any) -> None:
    if one != other:
        odd = one ^ other if isinstance(one, set) else {key for key in one if one[key] != other.get(key)}
        found.differences.append(f"{what}: {len(odd)}, such as {sorted(odd)[:5]}")
