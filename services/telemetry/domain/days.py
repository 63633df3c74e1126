"""Civil days of a series: when one is closed, and what is kept of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from services.telemetry.domain.aggregating import Partial, by_period, energy_mean, together
from services.telemetry.domain.comparing import Key
from services.telemetry.domain.directory import Directory
from services.telemetry.domain.noise import Levels, exposure
from services.telemetry.domain.periods import civil_day, day_of, days_between, stands_for_interval
from shared.model.registry import Aggregation

Series = tuple[str, str]
"""Point and property."""

SeriesDay = tuple[str, str, date]
"""Point, property, civil day of the point's zone."""

GRACE: Final = timedelta(minutes=1)
"""After a day is closed for whoever stores observations; so who works it out sees all that was stored before."""

_DAY_S: Final = 86_400.0


class Course(msgspec.Struct, frozen=True):
    """A series whose days are kept, and what is to be known about it.

    Attributes:
        period_s: expected time between two observations, seconds.
        max_delay_s: for how long after its end a day stays open, seconds.
    """

    series: Series
    zone: ZoneInfo
    aggregation: Aggregation
    period_s: float
    max_delay_s: float

    @property
    def point(self) -> str:
        """Where it is observed."""
        return self.series[0]

    @property
    def name(self) -> str:
        """The property's."""
        return self.series[1]

    @property
    def interval(self) -> bool:
        """See ``stands_for_interval``."""
        return stands_for_interval(self.aggregation)

    @property
    def expected(self) -> float:
        """How many observations a day has, about."""
        return _DAY_S / self.period_s

    @property
    def delay(self) -> timedelta:
        """For how long after its end a day stays open."""
        return timedelta(seconds=self.max_delay_s)


class DailyValue(msgspec.Struct, frozen=True):
    """What is kept of a civil day of a series; only values that are believed count.

    Attributes:
        count, expected: how many values there are, and how many there would be without a gap.
        energy: the energy mean in dB, and ``ld`` to ``lden`` with it, of levels in dB; None for all else.
        last: None for what has no such aggregation.
    """

    count: int
    expected: int
    mean: float
    sum: float
    minimum: float
    maximum: float
    last: float | None = None
    energy: float | None = None
    ld: float | None = None
    le: float | None = None
    ln: float | None = None
    lden: float | None = None


@lru_cache(maxsize=2)
def courses(directory: Directory) -> Mapping[Series, Course]:
    """The series whose days are kept: those of which an indicator is worked out."""
    return {course.series: course for course in _courses(directory)}


def changed_days(keys: Iterable[Key], directory: Directory, now: datetime) -> set[SeriesDay]:
    """The days that were closed already when something came for them: those that are to be worked out again."""
    changed: set[SeriesDay] = set()
    open_since: dict[tuple[ZoneInfo, float], datetime] = {}
    for point, name, time in keys:
        course = courses(directory).get((point, name))
        if course is None:
            continue
        calendar = course.zone, course.max_delay_s
        if calendar not in open_since:
            open_since[calendar] = civil_day(open_day(course.zone, course.delay, now), course.zone).since
        if time < open_since[calendar] or (course.interval and time == open_since[calendar]):
            changed.add((point, name, day_of(time, course.zone, interval=course.interval)))
    return changed


def _courses(directory: Directory) -> Iterator[Course]:
    for point in directory.points.values():
        kind = directory.kinds[point.kind]
        for name in dict.fromkeys(indicator.property for indicator in kind.indicators):
            aggregation = kind.properties[name].aggregation
            yield Course((point.id, name), ZoneInfo(point.zone), aggregation, kind.period_s, kind.max_delay_s)


def open_day(zone: ZoneInfo, delay: timedelta, now: datetime) -> date:
    """The first civil day that is still open at ``now``: it ended less than the delay ago, or has not ended."""
    return (now - delay).astimezone(zone).date()


def closes(zone: ZoneInfo, delay: timedelta, day: date) -> datetime:
    """When a civil day is closed."""
    return civil_day(day, zone).until + delay


def daily_values(
    partials: Sequence[Partial], course: Course, first: date, after: date
) -> Iterator[tuple[date, DailyValue | None]]:
    """What is kept of each day from the first until the one before ``after``; None of a day without values."""
    days = list(days_between(first, after))
    found = by_period(partials, (civil_day(day, course.zone) for day in days))
    for day, (period, bins) in zip(days, found, strict=True):
        whole = together(bins)
        yield day, None if whole is None else _daily(whole, bins, course, period.seconds)


def _daily(whole: Partial, bins: Sequence[Partial], course: Course, seconds: float) -> DailyValue:
    levels, energy = Levels(), None
    if course.aggregation == "energy-mean":
        levels, energy = exposure(bins, course.zone).levels, energy_mean(whole.power, whole.count)
    return DailyValue(
        count=whole.count,
        expected=round(seconds / course.period_s),
        mean=whole.total / whole.count,
        sum=whole.total,
        minimum=whole.minimum,
        maximum=whole.maximum,
        last=whole.last if course.aggregation == "last" else None,
        energy=energy,
        **{name: getattr(levels, name) for name in Levels.__struct_fields__},
    )
