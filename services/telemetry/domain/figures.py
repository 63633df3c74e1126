"""Figures for people, worked out of observations: what an indicator of a kind comes to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from services.telemetry.domain.aggregating import Partial, by_period, energy_mean, together
from services.telemetry.domain.days import Course, DailyValue
from services.telemetry.domain.noise import exposure
from services.telemetry.domain.periods import Period, civil_day, days_between, periods

_DAY: Final = timedelta(days=1)
_HOUR_S: Final = 3600.0
_LEVELS: Final = ("ld", "le", "ln", "lden")


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure.

    Attributes:
        name: of the figure; an indicator has several.
        value: None where it can't be told.
        since, until: the time that it is about, UTC.
        completeness: the part of the expected values that are there, 0 to 1.
        hours: values by hour, for the figure that is a course of hours.
    """

    name: str
    value: float | None
    unit: str
    since: datetime | None = None
    until: datetime | None = None
    completeness: float | None = None
    hours: tuple[Hour, ...] = ()


class Hour(msgspec.Struct, frozen=True):
    """What was counted in an hour; None: nothing is known."""

    since: datetime
    until: datetime
    value: float | None


def levels_of_day(day: date, kept: DailyValue, course: Course) -> Iterator[Figure]:
    """The noise of the last closed civil day."""
    since, until = civil_day(day, course.zone)
    for name in _LEVELS:
        complete = min(1.0, kept.count / kept.expected) if kept.expected else None
        yield Figure(name=name, value=getattr(kept, name), unit="dB", since=since, until=until, completeness=complete)


def levels_of_24_hours(bins: Sequence[Partial], found: Period, course: Course) -> Iterator[Figure]:
    """The noise of the last 24 hours: their equivalent level, and Lden."""
    whole = together(bins)
    mean = None if whole is None else energy_mean(whole.power, whole.count)
    complete = _completeness(whole, found, course)
    for name, value in (("leq-24h", mean), ("lden-24h", exposure(bins, course.zone).levels.lden)):
        yield Figure(name=name, value=value, unit="dB", since=found.since, until=found.until, completeness=complete)


def days_over(kept: Mapping[date, DailyValue], threshold: float, first: date, after: date, course: Course) -> Figure:
    """On how many of the days from the first until the one before ``after`` the threshold was reached."""
    days = [kept[day] for day in days_between(first, after) if day in kept]
    bounds = civil_day(first, course.zone).since, civil_day(after - _DAY, course.zone).until
    return Figure(
        name="days-over",
        value=float(sum(day.maximum >= threshold for day in days)),
        unit="d",
        since=bounds[0],
        until=bounds[1],
        completeness=len(days) / (after - first).days,
    )


def over_since(since: datetime | None, now: datetime) -> Figure:
    """For how many days it has been over the threshold without interruption; None: it is not."""
    value = None if since is None else (now - since) / _DAY
    return Figure(name="over-since", value=value, unit="d", since=since, until=None if since is None else now)


def rise(before: tuple[datetime, float] | None, latest: tuple[datetime, float] | None, unit: str) -> Figure:
    """The change for each hour between two observations; None if one of them is not known."""
    if before is None or latest is None or before[0] >= latest[0]:
        return Figure(name="rise", value=None, unit=f"{unit}/h")
    hours = (latest[0] - before[0]).total_seconds() / _HOUR_S
    return Figure(
        name="rise", value=(latest[1] - before[1]) / hours, unit=f"{unit}/h", since=before[0], until=latest[0]
    )


def counts(bins: Iterable[Partial], course: Course, unit: str, now: datetime) -> Iterator[Figure]:
    """Today so far, yesterday, the last seven whole days, the busiest hour of yesterday, and today by hour."""
    today = now.astimezone(course.zone).date()
    parts = _Counted(bins, course, unit)
    midnight = civil_day(today, course.zone).since
    yesterday = civil_day(today - _DAY, course.zone)
    yield parts.sum("today", Period(midnight, now))
    yield parts.sum("yesterday", yesterday)
    yield parts.sum("last-7-days", Period(civil_day(today - 7 * _DAY, course.zone).since, midnight))
    yield parts.busiest("busiest-hour", yesterday)
    yield parts.by_hour("today-by-hour", Period(midnight, now))


class _Counted:
    """Bins, and what is made of them."""

    def __init__(self, bins: Iterable[Partial], course: Course, unit: str) -> None:
        self._bins = list(bins)
        self._course = course
        self._unit = unit

    def sum(self, name: str, found: Period) -> Figure:
        """All of a time."""
        ((_, inside),) = by_period(self._bins, [found])
        whole = together(inside)
        return Figure(
            name=name,
            value=None if whole is None else whole.total,
            unit=self._unit,
            since=found.since,
            until=found.until,
            completeness=_completeness(whole, found, self._course),
        )

    def busiest(self, name: str, found: Period) -> Figure:
        """The hour of the most; its value and bounds."""
        known = [hour for hour in self._hours(found) if hour.value is not None]
        best = max(known, key=lambda hour: (hour.value or 0.0, found.until - hour.since), default=None)
        if best is None:
            return Figure(name=name, value=None, unit=self._unit)
        return Figure(name=name, value=best.value, unit=self._unit, since=best.since, until=best.until)

    def by_hour(self, name: str, found: Period) -> Figure:
        """Every hour that has begun; as a whole the newest one's value is of no interest."""
        hours = tuple(self._hours(found))
        return Figure(name=name, value=None, unit=self._unit, since=found.since, until=found.until, hours=hours)

    def _hours(self, found: Period) -> Iterator[Hour]:
        for period, inside in by_period(self._bins, periods(*found, "hour", self._course.zone)):
            whole = together(inside)
            yield Hour(period.since, period.until, None if whole is None else whole.total)


def _completeness(whole: Partial | None, found: Period, course: Course) -> float | None:
    expected = found.seconds / course.period_s
    if expected < 1:
        return None
    return min(1.0, (0 if whole is None else whole.count) / int(expected))
