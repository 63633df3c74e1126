"""Calendars: days, hours, dates, public holidays and the sun, by the clocks and the sky of the point."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Protocol
from zoneinfo import ZoneInfo

from astral import Observer
from astral.sun import dawn, dusk, noon, sunrise, sunset
from holidays import country_holidays

from services.rules_engine.domain.coercion import Value
from services.rules_engine.domain.inputs.input import Depth
from services.rules_engine.domain.spans import first_shown, moment_of, stamp
from services.rules_engine.domain.steps import midnight
from services.rules_engine.domain.terms import BOOLEAN, Type
from shared.errors import InputError
from shared.units import parse_duration

if TYPE_CHECKING:
    from services.rules_engine.domain.scene import Scene
    from services.rules_engine.domain.speaking import Phrase, Speaker

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SUN: Final[Mapping[str, Callable[..., datetime]]] = {
    "dawn": dawn, "sunrise": sunrise, "noon": noon, "sunset": sunset, "dusk": dusk,
}  # fmt: skip
"""Dawn and dusk are civil: the sun stands 6 degrees below the horizon."""

_CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_DATE: Final = re.compile(r"(?:\d{4}-)?(\d{2})-(\d{2})")
_OFFSET: Final = re.compile(r"([a-z]+)\s*(?:([+-])\s*(.+))?")
_DAY: Final = timedelta(days=1)
_SEASONS: Final = tuple(date(2026, 1, 1) + timedelta(days=5 * index) for index in range(73))
FARTHEST: Final = timedelta(hours=12)
"""How far from an event of the sun a mark may lie."""
_MARSEILLE: Final = (43.2965, 5.3698)
"""Where the sky is looked at for a group that has no place."""

Sky = tuple[float, float, str]
"""Latitude and longitude in degrees, and the zone."""


def sky_of(scene: Scene) -> Sky:
    """Where the scene is, to a hundredth of a degree: a few seconds of sun."""
    point = scene.point
    latitude, longitude = _MARSEILLE if point is None else (round(point.latitude, 2), round(point.longitude, 2))
    return latitude, longitude, scene.zone


class Mark(Hashable, Protocol):
    """A moment of each day."""

    def on(self, day: date, sky: Sky) -> datetime | None:
        """When it is on a civil day, UTC; None: not that day."""


@dataclass(frozen=True)
class ClockMark:
    """A time of day; the first, where clocks show it twice; where they skip it, when they are put forward."""

    time: time

    def on(self, day: date, sky: Sky) -> datetime | None:
        return moment_of(first_shown(datetime.combine(day, self.time), sky[2]))

    def __str__(self) -> str:
        return f"{self.time:%H:%M}"


@dataclass(frozen=True)
class SunMark:
    """A moment of the sun, and so much later (or earlier)."""

    event: str
    offset: timedelta = timedelta()

    def on(self, day: date, sky: Sky) -> datetime | None:
        try:
            moment = SUN[self.event](Observer(sky[0], sky[1]), day, tzinfo=ZoneInfo(sky[2]))
        except ValueError:  # the sun doesn't reach that height, as in polar summers
            return None
        return moment.astimezone(UTC) + self.offset

    def __str__(self) -> str:
        minutes = int(self.offset / timedelta(minutes=1))
        return f"{self.event} {minutes:+d} min" if minutes else self.event


def parse_mark(text: str) -> Mark:
    """Read ``22:00``, ``dusk`` or ``sunset +30 min``.

    Raises:
        InputError: neither a time of day nor a moment of the sun.
    """
    if match := _CLOCK.fullmatch(text.strip()):
        return ClockMark(time(int(match[1]), int(match[2])))
    match = _OFFSET.fullmatch(text.strip())
    if match is None or match[1] not in SUN:
        raise InputError(f"'{text}' is not a time of day such as 22:00, nor one of: {', '.join(SUN)}")
    offset = parse_duration(match[3]) if match[3] else timedelta()
    return SunMark(match[1], -offset if match[2] == "-" else offset)


def parse_date(text: str) -> tuple[int, int]:
    """Read ``06-15`` (month and day), or a whole date, of which the year is passed over.

    Raises:
        InputError: not a day of a year.
    """
    match = _DATE.fullmatch(text.strip())
    try:
        if match is not None:
            found = date(2024, int(match[1]), int(match[2]))
            return found.month, found.day
    except ValueError:
        pass
    raise InputError(f"'{text}' is not a day of the year; write month and day: 06-15")


@lru_cache(maxsize=8192)
def _interval(begin: Mark, end: Mark, day: date, sky: Sky) -> tuple[int, int] | None:
    """From the mark on a day to the other mark, stamps; None: the other one comes first that day."""
    first = begin.on(day, sky)
    last = end.on(day + _lag(begin, end, (round(sky[0]), round(sky[1]), sky[2])) * _DAY, sky)
    return None if first is None or last is None or last <= first else (stamp(first), stamp(last))


@lru_cache(maxsize=1024)
def _lag(begin: Mark, end: Mark, sky: Sky) -> int:
    """How many days after the one mark the other one is meant: the least by which it is later at all, in any season.

    From 06:00 to sunrise is a while in winter, and nothing in summer; it is never from 06:00 to the sunrise of the next
    day. From sunset to 06:00 is always a night.
    """
    return next((lag for lag in (-1, 0) if any(_is_later(begin, end, day, lag, sky) for day in _SEASONS)), 1)


def _is_later(begin: Mark, end: Mark, day: date, lag: int, sky: Sky) -> bool:
    first, last = begin.on(day, sky), end.on(day + lag * _DAY, sky)
    return first is not None and last is not None and last > first


@lru_cache(maxsize=64)
def _holidays(country: str, year: int) -> frozenset[date]:
    return frozenset(country_holidays(country, years=year, language="fr"))


def _local_day(scene: Scene) -> date:
    return scene.calendar_moment.astimezone(ZoneInfo(scene.zone)).date()


def _midnights(scene: Scene) -> Iterator[int]:
    """The next two changes of day."""
    day = moment_of(scene.now_stamp).astimezone(ZoneInfo(scene.zone)).date()
    yield from (midnight(day + _DAY, scene.zone), midnight(day + 2 * _DAY, scene.zone))


@dataclass(frozen=True)
class _Calendar:
    """What all calendars have in common: they read nothing, and turn by the clock."""

    @property
    def type(self) -> Type:
        return BOOLEAN

    @property
    def needs(self) -> Mapping[str, Depth]:
        return {}

    @property
    def turns(self) -> bool:
        return True

    @property
    def lapses(self) -> bool:
        return False


@dataclass(frozen=True)
class Between(_Calendar):
    """Whether it is from one moment of the day (included) to another (excluded), also across midnight."""

    begin: Mark
    end: Mark

    def read(self, scene: Scene) -> Value:
        moment, day = stamp(scene.calendar_moment), _local_day(scene)
        # A while that began two days ago may go on: from sunset +12 h to a time of day.
        return any(low <= moment < high for low, high in self._from(day - 2 * _DAY, 4, sky_of(scene)))

    def moments(self, scene: Scene) -> Iterable[int]:
        day = moment_of(scene.now_stamp).astimezone(ZoneInfo(scene.zone)).date()
        horizon = midnight(day + 2 * _DAY, scene.zone)
        found = {edge for edges in self._from(day - 2 * _DAY, 6, sky_of(scene)) for edge in edges}
        # The horizon is a moment to look again, for places where the sun doesn't set for weeks.
        return [*(edge for edge in sorted(found) if scene.now_stamp < edge < horizon), horizon]

    def _from(self, first: date, days: int, sky: Sky) -> list[tuple[int, int]]:
        found = (_interval(self.begin, self.end, first + index * _DAY, sky) for index in range(days))
        return [each for each in found if each is not None]

    def phrase(self, speaker: Speaker) -> Phrase:
        return speaker.between(self.begin, self.end)


@dataclass(frozen=True)
class Weekday(_Calendar):
    """Whether it is one of these days of the week; 0 is Monday."""

    days: tuple[int, ...]

    def read(self, scene: Scene) -> Value:
        return _local_day(scene).weekday() in self.days

    def moments(self, scene: Scene) -> Iterable[int]:
        return _midnights(scene)

    def phrase(self, speaker: Speaker) -> Phrase:
        return speaker.weekday(self.days)


@dataclass(frozen=True)
class Season(_Calendar):
    """Whether it is from one day of the year to another, both included, also across the new year."""

    begin: tuple[int, int]
    end: tuple[int, int]

    def read(self, scene: Scene) -> Value:
        day = _local_day(scene)
        today = (day.month, day.day)
        if self.begin <= self.end:
            return self.begin <= today <= self.end
        return today >= self.begin or today <= self.end

    def moments(self, scene: Scene) -> Iterable[int]:
        return _midnights(scene)

    def phrase(self, speaker: Speaker) -> Phrase:
        return speaker.season(self.begin, self.end)


@dataclass(frozen=True)
class Holiday(_Calendar):
    """Whether it is a public holiday; ``country`` is an ISO 3166 code."""

    country: str = "FR"

    def read(self, scene: Scene) -> Value:
        day = _local_day(scene)
        return day in _holidays(self.country, day.year)

    def moments(self, scene: Scene) -> Iterable[int]:
        return _midnights(scene)

    def phrase(self, speaker: Speaker) -> Phrase:
        return speaker.holiday()
