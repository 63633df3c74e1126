"""Works out daily values: of a day when it is closed, and of a closed day again when something came later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Final, NamedTuple

from services.telemetry.domain.days import (
    GRACE,
    Course,
    DailyValue,
    Series,
    SeriesDay,
    closes,
    courses,
    daily_values,
    open_day,
)
from services.telemetry.domain.directory import Directory
from services.telemetry.domain.periods import Period, bin_seconds, civil_day, day_of, days_between
from services.telemetry.storage.daily import Days
from services.telemetry.storage.partials import partials
from shared.runtime.database import Database, Transaction

_MOST: Final = 50_000.0
"""Observations, about, that are added up in one transaction: a long history is worked out little by little."""

_MOST_DAYS: Final = 500

_LONGEST: Final = timedelta(days=31)
_DAY: Final = timedelta(days=1)


class _Stretch(NamedTuple):
    """Days of a series, from the first until the one before ``after``."""

    course: Course
    first: date
    after: date

    @property
    def cost(self) -> float:
        """How many observations are added up, about."""
        return self.course.expected * (self.after - self.first).days


class DueDays:
    """Remembers when the next day is to be closed, so that most looks at the due rows ask one short question."""

    def __init__(self) -> None:
        self._seen: Directory | None = None
        self._due: datetime | None = None

    def has_come(self, directory: Directory, now: datetime) -> bool:
        """Whether some day may have to be closed: one is due, or there are other series than at the last time."""
        return directory is not self._seen or (self._due is not None and now >= self._due)

    def next_due(self, directory: Directory, now: datetime) -> datetime | None:
        """All that is due at ``now`` was closed; when the next is."""
        calendars = {(course.zone, course.delay + GRACE) for course in courses(directory).values()}
        times = (closes(zone, delay, open_day(zone, delay, now)) for zone, delay in calendars)
        self._seen, self._due = directory, min(times, default=None)
        return self._due

    @property
    def known(self) -> datetime | None:
        """As it was found at the last time."""
        return self._due


def close_days(database: Database, due: DueDays, directory: Directory, now: datetime) -> datetime | None:
    """Work out what is due at ``now``, or as much of it as may be done at once; when to go on, if ever."""
    with database.transaction() as transaction:
        days = Days(transaction)
        has_come = due.has_come(directory, now)
        if not has_come and not days.any_noted():
            return due.known
        # Replicas do it one after the other; whoever comes later finds nothing left.
        transaction.alone("days")
        is_done = not has_come or _close(transaction, days, directory, now)
        is_done = is_done and _again(transaction, days, directory)
    if not is_done:
        return now
    return due.next_due(directory, now) if has_come else due.known


def _close(transaction: Transaction, days: Days, directory: Directory, now: datetime) -> bool:
    """Close days that are over; whether these were all."""
    known = days.open_days()
    over = (_to_close(days, course, known.get(series), now) for series, course in sorted(courses(directory).items()))
    chosen, is_all = _affordable(stretch for stretch in over if known.get(stretch.course.series) != stretch.after)
    days.save(_worked_out(transaction, [stretch for stretch in chosen if stretch.first < stretch.after]))
    days.close({stretch.course.series: stretch.after for stretch in chosen})
    return is_all and all(stretch.after >= _open_day(stretch.course, now) for stretch in chosen)


def _affordable(stretches: Iterable[_Stretch]) -> tuple[list[_Stretch], bool]:
    """As many as may be worked out at once, at least one of them; whether these are all."""
    chosen, cost = list[_Stretch](), 0.0
    for stretch in stretches:
        cost += stretch.cost
        if chosen and cost > _MOST:
            return chosen, False
        chosen.append(stretch)
    return chosen, True


def _longest(course: Course) -> timedelta:
    """How many days of a series are added up at once: a month, or fewer of one that is observed often."""
    return max(_DAY, min(_LONGEST, timedelta(days=int(_MOST / course.expected))))


def _open_day(course: Course, now: datetime) -> date:
    return open_day(course.zone, course.delay + GRACE, now)


def _to_close(days: Days, course: Course, known: date | None, now: datetime) -> _Stretch:
    """The days of a series that are over and were not closed, at most a month of them."""
    upto = _open_day(course, now)
    first = known
    if first is None:
        begun = days.first_observed(course.series)
        first = upto if begun is None else day_of(begun, course.zone, interval=course.interval)
    return _Stretch(course, min(first, upto), min(upto, first + _longest(course)))


def _again(transaction: Transaction, days: Days, directory: Directory) -> bool:
    """Work out days that were noted; whether these were all."""
    noted = days.noted(_MOST_DAYS)
    by_series: dict[Series, list[date]] = defaultdict(list)
    for point, name, day in noted:
        by_series[point, name].append(day)
    known = courses(directory)
    runs = [run for series, some in by_series.items() if series in known for run in _runs(known[series], some)]
    chosen, is_all = _affordable(runs)
    covered = {(*run.course.series, day) for run in chosen for day in days_between(run.first, run.after)}
    done = {item for item in noted if item in covered or item[:2] not in known}
    days.done(sorted(done))
    days.save({key: value for key, value in _worked_out(transaction, chosen).items() if key in done})
    return is_all and len(noted) < _MOST_DAYS


def _runs(course: Course, days: Sequence[date]) -> Iterator[_Stretch]:
    """Few stretches that hold all the days, which are in order; none is longer than a month."""
    longest = _longest(course)
    first = last = days[0]
    for day in islice(days, 1, None):
        if day - first >= longest or day - last > longest / 4:
            yield _Stretch(course, first, last + _DAY)
            first = day
        last = day
    yield _Stretch(course, first, last + _DAY)


def _worked_out(transaction: Transaction, stretches: Iterable[_Stretch]) -> Mapping[SeriesDay, DailyValue | None]:
    """The values of all days of the stretches; what has the same days is asked for at once."""
    alike: dict[tuple[object, ...], list[_Stretch]] = defaultdict(list)
    for stretch in stretches:
        course = stretch.course
        alike[course.name, course.zone.key, course.aggregation, stretch.first, stretch.after].append(stretch)
    found: dict[SeriesDay, DailyValue | None] = {}
    for some in alike.values():
        found.update(_worked_out_together(transaction, some))
    return found


def _worked_out_together(
    transaction: Transaction, alike: Sequence[_Stretch]
) -> Iterator[tuple[SeriesDay, DailyValue | None]]:
    course, first, after = alike[0]
    whole = Period(civil_day(first, course.zone).since, civil_day(after - _DAY, course.zone).until)
    bin_s = bin_seconds(whole, course.zone)
    points = [stretch.course.point for stretch in alike]
    by_point = partials(transaction, points, course.name, whole, bin_s, course.aggregation)
    for stretch in alike:
        for day, value in daily_values(by_point.get(stretch.course.point, ()), stretch.course, first, after):
            yield (*stretch.course.series, day), value
