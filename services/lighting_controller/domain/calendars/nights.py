"""Which nights a rule of a calendar is for: dates, weekdays, ranges, public holidays and their eves, named nights.

A night runs from noon to noon and has the date of its evening: the night of Saturday ends on Sunday at noon.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple, Protocol

from holidays import country_holidays

_DAY: Final = timedelta(days=1)


class MonthDay(NamedTuple):
    """A day of every year; 29 February is one of leap years only."""

    month: int
    day: int


Day = date | MonthDay


class Condition(Hashable, Protocol):
    """Something that holds for some nights."""

    def holds(self, night: date) -> bool:
        """Whether it does for the night that begins on that date."""


@dataclass(frozen=True)
class OnDates:
    """These dates."""

    days: tuple[Day, ...]

    def holds(self, night: date) -> bool:
        return night in self.days or MonthDay(night.month, night.day) in self.days


@dataclass(frozen=True)
class BetweenDates:
    """From a night to another one, both included; None: since ever, or for ever."""

    first: date | None
    last: date | None

    def holds(self, night: date) -> bool:
        return (self.first is None or self.first <= night) and (self.last is None or night <= self.last)


@dataclass(frozen=True)
class BetweenDays:
    """From a day of the year to another one, both included; it may pass the new year."""

    first: MonthDay
    last: MonthDay

    def holds(self, night: date) -> bool:
        day = MonthDay(night.month, night.day)
        if self.last < self.first:
            return self.first <= day or day <= self.last
        return self.first <= day <= self.last


@dataclass(frozen=True)
class OnWeekdays:
    """These days of the week, Monday 0."""

    weekdays: frozenset[int]

    def holds(self, night: date) -> bool:
        return night.weekday() in self.weekdays


@dataclass(frozen=True)
class InMonths:
    """These months, 1 to 12."""

    months: frozenset[int]

    def holds(self, night: date) -> bool:
        return night.month in self.months


@dataclass(frozen=True)
class NthWeekday:
    """The first, second... such weekday of a month; ``which`` -1: the last."""

    which: int
    weekday: int

    def holds(self, night: date) -> bool:
        if night.weekday() != self.weekday:
            return False
        if self.which < 0:
            return night.day + 7 > monthrange(night.year, night.month)[1]
        return (night.day - 1) // 7 + 1 == self.which


@dataclass(frozen=True)
class OnHolidays:
    """The evening of a public holiday; with ``eve`` the evening before one. ``country``: FR, or FR-57."""

    country: str
    eve: bool = False

    def holds(self, night: date) -> bool:
        day = night + _DAY if self.eve else night
        return day in _holidays(self.country, day.year)


@dataclass(frozen=True)
class Nights:
    """The nights for which all conditions hold."""

    conditions: tuple[Condition, ...]

    def holds(self, night: date) -> bool:
        return all(condition.holds(night) for condition in self.conditions)


@dataclass(frozen=True)
class Occasion:
    """A special night with a name of its own, such as 14 July."""

    id: str
    title: str
    nights: Nights


@dataclass(frozen=True)
class OnOccasions:
    """One of these special nights."""

    occasions: tuple[Occasion, ...]

    def holds(self, night: date) -> bool:
        return any(occasion.nights.holds(night) for occasion in self.occasions)


@lru_cache(maxsize=64)
def _holidays(country: str, year: int) -> frozenset[date]:
    name, _, part = country.partition("-")
    return frozenset(country_holidays(name, subdiv=part or None, years=year))
