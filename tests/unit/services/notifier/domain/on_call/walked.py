"""An oracle that knows no arithmetic of calendars: it walks minute by minute and looks at the clock on the wall."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from services.notifier.domain.on_call.rotation import Hours, Rotation
from services.notifier.domain.on_call.schedule import Layer, Override, Schedule
from services.notifier.domain.on_call.shift import Span

MINUTE = timedelta(minutes=1)
_MARGIN = timedelta(days=4)
PEOPLE = ("ada", "bo", "cy", "di", "ed")
ZONES = ("Europe/Paris", "Europe/Paris", "Europe/London", "America/New_York", "Australia/Lord_Howe", "UTC")


class Wall:
    """What the clock of a place shows in each minute of a stretch of time, walked once."""

    def __init__(self, zone: ZoneInfo, start: datetime, end: datetime) -> None:
        self.first: dict[datetime, datetime] = {}
        moment = start
        while moment < end:
            self.first.setdefault(moment.astimezone(zone).replace(tzinfo=None), moment)
            moment += MINUTE
        self.begin, self.last = min(self.first), max(self.first)

    def shows(self, wanted: datetime) -> datetime | None:
        """When it shows this for the first time; if it never does, an hour (or what is left out) later."""
        if not self.begin <= wanted <= self.last:
            return None
        left_out = MINUTE * 0
        if wanted not in self.first:
            before = wanted
            while before not in self.first:
                before -= MINUTE
            after = wanted
            while after not in self.first:
                after += MINUTE
            left_out = after - before - MINUTE
        return self.first[wanted + left_out]


wall_of = cache(Wall)


@dataclass
class _Turns:
    """Whose turn it is in a rotation: someone else's from each minute on in which the clock shows a hand-over."""

    changes: dict[datetime, str]
    now: str | None

    def at(self, moment: datetime) -> str | None:
        self.now = self.changes.get(moment, self.now)
        return self.now


def _turns(rotation: Rotation, wall: Wall) -> _Turns:
    changes: dict[datetime, str] = {}
    shown, index, before = rotation.starts, 0, None
    while shown <= wall.last:
        person = rotation.people[index % len(rotation.people)]
        if shown < wall.begin:
            before = person
        elif (moment := wall.shows(shown)) is not None:
            changes[moment] = person
        shown, index = shown + rotation.turn, index + 1
    return _Turns(changes, before)


def _open(hours: tuple[Hours, ...], wall: Wall) -> dict[datetime, int]:
    """By how many each minute changes the number of open stretches."""
    found: dict[datetime, int] = {}
    day = wall.begin.date() + timedelta(days=1)
    last_day = wall.last.date() - timedelta(days=1)
    while day < last_day:
        for item in hours:
            if day.weekday() in item.days:
                last = day if item.begins < item.ends else day + timedelta(days=1)
                begin = wall.shows(datetime.combine(day, item.begins))
                end = wall.shows(datetime.combine(last, item.ends))
                assert begin is not None
                assert end is not None
                if begin < end:
                    found[begin] = found.get(begin, 0) + 1
                    found[end] = found.get(end, 0) - 1
        day += timedelta(days=1)
    return found


def walked(schedule: Schedule, start: datetime, end: datetime) -> Iterator[tuple[datetime, tuple[str, ...]]]:
    """Who is on duty in each minute from ``start`` on and before ``end``."""
    wall = wall_of(schedule.zone, start - _MARGIN, end + _MARGIN)
    layers = [layer for layer in schedule.plans if isinstance(layer, Layer)]
    turns = [_turns(layer.rotation, wall) for layer in layers]
    opens = [_open(layer.only, wall) for layer in layers]
    turned = [[at for at in turn.changes if at < start] for turn in turns]
    for turn, before in zip(turns, turned, strict=True):
        turn.at(max(before)) if before else None
    counts = [sum(count for at, count in edges.items() if at < start) for edges in opens]
    moment = start
    while moment < end:
        people = [turn.at(moment) for turn in turns]
        counts = [count + edges.get(moment, 0) for count, edges in zip(counts, opens, strict=True)]
        on_duty: tuple[str, ...] = ()
        for layer, person, count in zip(layers, people, counts, strict=True):
            if person is not None and (count > 0 or not layer.only):
                on_duty = (person,)
        for override in schedule.overrides:
            if override.span.start <= moment < override.span.end:
                on_duty = (override.person,)
        yield moment, on_duty
        moment += MINUTE


def made_up(chance: random.Random, year: int) -> Schedule:
    """A schedule of one to three layers, some with hours, and some overrides, in that year."""
    zone = ZoneInfo(chance.choice(ZONES))
    return Schedule(
        id="made-up",
        title="",
        owner="",
        zone=zone,
        plans=tuple(_layer(chance, year) for _ in range(chance.randint(1, 3))),
        overrides=tuple(_override(chance, year) for _ in range(chance.randint(0, 6))),
    )


def _layer(chance: random.Random, year: int) -> Layer:
    turn = chance.choice([{"days": 1}, {"weeks": 1}, {"days": chance.randint(2, 20)}, {"hours": chance.randint(1, 60)}])
    starts = datetime.combine(date(year, 1, 1) + timedelta(days=chance.randint(-400, 120)), _clock(chance))
    people = tuple(chance.choices(PEOPLE, k=chance.randint(1, 5)))
    only = tuple(_hours(chance) for _ in range(chance.choice([0, 0, 1, 2])))
    return Layer("made-up", Rotation(people, starts, timedelta(**turn)), only)


def _hours(chance: random.Random) -> Hours:
    days = frozenset(chance.sample(range(7), k=chance.randint(1, 7)))
    return Hours(days, _clock(chance), _clock(chance))


def _override(chance: random.Random, year: int) -> Override:
    start = datetime(year, 1, 1, tzinfo=UTC) + MINUTE * chance.randint(0, 366 * 24 * 60)
    return Override(chance.choice(PEOPLE), Span(start, start + MINUTE * chance.randint(1, 20_000)))


def _clock(chance: random.Random) -> time:
    """Often one that clocks leave out or show twice."""
    return time(chance.choice([0, 1, 2, 2, 2, 3, 7, 8, 18, 23]), chance.choice([0, 0, 15, 30, 59]))


def changes_of_clocks(zone: ZoneInfo, year: int) -> list[datetime]:
    """The hours in which the clocks of a place are changed; of one that changes nothing, those of Paris."""
    hours = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(hours=hour) for hour in range(365 * 24)]
    step = timedelta(hours=1)
    found = [hour for hour in hours if hour.astimezone(zone).utcoffset() != (hour + step).astimezone(zone).utcoffset()]
    return found or changes_of_clocks(ZoneInfo("Europe/Paris"), year)
