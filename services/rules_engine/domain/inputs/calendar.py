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
from services.rules_engine.domain.spans import Span, moment_of, stamp
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
    """A time of day; in the night when it doesn't exist, one hour of clock time later."""

    time: time

    def on(self, day: date, sky: Sky) -> datetime | None:
        return datetime.combine(day, self.time, ZoneInfo(sky[2])).astimezone(UTC)

    def __str__(self) -> str:
        return f"{self.time:%H:%M}"


@dataclass(frozen=True)
class SunMark:
    """A moment of the sun, and so much later (or earlier)."""

    event: str
    offset: timedelta = timedelta()

    def on(self, day: date, sky: Sky) -> datetime | None:
        try:
            moment = SUN[self.event](Observer(sky[0], sky[1]), day, tzinfo=UTC)
        except ValueError:  # the sun doesn't reach that height, as in polar summers
            return None
        return moment + self.offset

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
    """From the mark on a day to the next time the other mark comes; stamps."""
    first = begin.on(day, sky)
    if first is None:
        return None
    for following in (day, day + _DAY):
        last = end.on(following, sky)
        if last is not None and last > first:
            return stamp(first), stamp(last)
    return None


@lru_cache(maxsize=4096)
def _midnight(day: date, zone: str) -> int:
    return stamp(datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC))


@lru_cache(maxsize=64)
def _holidays(country: str, year: int) -> frozenset[date]:
    return frozenset(country_holidays(country, years=year, language="fr"))


def _local_day(scene: Scene) -> date:
    return scene.calendar_moment.astimezone(ZoneInfo(scene.zone)).date()


def _midnights(scene: Scene) -> Iterator[int]:
    """The next two changes of day."""
    day = moment_of(scene.now_stamp).astimezone(ZoneInfo(scene.zone)).date()
    yield from (_midnight(day + _DAY, scene.zone), _midnight(day + 2 * _DAY, scene.zone))


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
        moment = stamp(scene.calendar_moment)
        return any(low <= moment < high for low, high in self._around(_local_day(scene), sky_of(scene)))

    def moments(self, scene: Scene) -> Iterable[int]:
        day = moment_of(scene.now_stamp).astimezone(ZoneInfo(scene.zone)).date()
        found = {edge for each in (day, day + _DAY) for edges in self._around(each, sky_of(scene)) for edge in edges}
        return [edge for edge in found if edge > scene.now_stamp]

    def _around(self, day: date, sky: Sky) -> list[tuple[int, int]]:
        found = (_interval(self.begin, self.end, each, sky) for each in (day - _DAY, day, day + _DAY))
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


def floored(moment: datetime, step: Span, zone: str) -> datetime:
    """The newest whole step since local midnight that is not later, UTC; of a civil day, midnight itself."""
    local = moment.astimezone(ZoneInfo(zone))
    midnight = datetime.combine(local.date(), time(), ZoneInfo(zone)).astimezone(UTC)
    return midnight if step.days else midnight + (moment - midnight) // step.time * step.time


def next_step(moment: datetime, step: Span, zone: str) -> datetime:
    """The first whole step after a moment, UTC."""
    day = moment.astimezone(ZoneInfo(zone)).date() + _DAY
    tomorrow = moment_of(_midnight(day, zone))
    return tomorrow if step.days else min(tomorrow, floored(moment, step, zone) + step.time)
