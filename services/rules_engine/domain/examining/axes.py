"""What calendars hang on: the day of the week, the day of the year, the time of day; the same for all that ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

from services.rules_engine.domain.inputs.calendar import WEEKDAYS, Between, ClockMark, Season, Weekday
from services.rules_engine.domain.inputs.input import Input

_LEAP_YEAR: Final = 2024
_DAY: Final = timedelta(days=1)
_MINUTES: Final = 24 * 60


class Axis(StrEnum):
    """Each is free of the others: every date is, some year, every day of the week."""

    WEEKDAY = "day of the week"
    DATE = "day of the year"
    TIME = "time of day"


def axis_of(each: Input) -> Axis | None:
    """What a calendar hangs on alone; None: on the sun, or on several things, or it is no calendar."""
    match each:
        case Weekday():
            return Axis.WEEKDAY
        case Season():
            return Axis.DATE
        case Between(begin=ClockMark(), end=ClockMark()):
            return Axis.TIME
    return None


def holds(each: Input, place: float) -> bool:
    """Whether a calendar holds at a place on its axis: a weekday, a day of a leap year from 1, a minute of the day."""
    match each:
        case Weekday(days=days):
            return int(place) in days
        case Season(begin=begin, end=end):
            return _between(_ordinal(begin), _ordinal(end), place, included=True)
        case Between(begin=ClockMark() as begin, end=ClockMark() as end):
            return _between(_minute(begin), _minute(end), place, included=False)
    return False


def places(axis: Axis, some: Sequence[Input]) -> tuple[float, ...]:
    """Enough places on an axis that every case occurs which the calendars tell apart."""
    if axis is Axis.WEEKDAY:
        return tuple(float(day) for day in range(len(WEEKDAYS)))
    if axis is Axis.DATE:
        days = {_ordinal(day) for each in some if isinstance(each, Season) for day in (each.begin, each.end)}
        return tuple(sorted({(day + step - 1) % 366 + 1.0 for day in days for step in (-1, 0, 1)}))
    return tuple(_with_middles(_clock_marks(some)))


def told(axis: Axis, place: float) -> str:
    """A place as people write it."""
    if axis is Axis.WEEKDAY:
        return WEEKDAYS[int(place)]
    if axis is Axis.DATE:
        return f"{date(_LEAP_YEAR, 1, 1) + (int(place) - 1) * _DAY:%m-%d}"
    return f"{int(place) // 60:02}:{int(place) % 60:02}"


def _between(begin: float, end: float, place: float, *, included: bool) -> bool:
    before_end = place <= end if included else place < end
    return (place >= begin and before_end) if begin <= end else (place >= begin or before_end)


def _ordinal(day: tuple[int, int]) -> int:
    return date(_LEAP_YEAR, *day).timetuple().tm_yday


def _minute(mark: ClockMark) -> float:
    return mark.time.hour * 60.0 + mark.time.minute


def _clock_marks(some: Iterable[Input]) -> list[float]:
    found = {0.0}
    for each in some:
        if isinstance(each, Between):
            found |= {_minute(mark) for mark in (each.begin, each.end) if isinstance(mark, ClockMark)}
    return sorted(found)


def _with_middles(marks: Sequence[float]) -> Iterator[float]:
    yield from marks
    yield from ((low + high) / 2 for low, high in pairwise([*marks, float(_MINUTES)]))
