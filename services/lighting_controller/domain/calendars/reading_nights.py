"""Reads which nights are meant: ``weekday: [fri, sat]``, ``on: 07-14``, ``from: 06-15`` ``to: 09-15``, ``eve: FR``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from holidays import country_holidays, list_supported_countries

from services.lighting_controller.domain.calendars.nights import (
    BetweenDates,
    BetweenDays,
    Condition,
    Day,
    InMonths,
    MonthDay,
    Nights,
    NthWeekday,
    Occasion,
    OnDates,
    OnHolidays,
    OnOccasions,
    OnWeekdays,
)
from services.lighting_controller.domain.reading import Faulty, Reading, among
from shared.documents import Path

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
KEYS: Final = ("on", "weekday", "nth", "month", "from", "to", "holiday", "eve")
"""The words by which nights are told, all of which must hold; ``night`` names special ones."""

_DATE: Final = re.compile(r"(?:(\d{4})-)?(\d{2})-(\d{2})")
_NTH: Final = re.compile(r"([1-5]|last) (\w+)")
_LEAP_YEAR: Final = 2024

Occasions = Mapping[str, Occasion]


def read_nights(reading: Reading, path: Path) -> Nights | None:
    """The nights that the mapping there tells; None, and problems: it can't be read, or tells none."""
    entry, conditions = reading.at(path), list[Condition]()
    before = len(reading.problems)
    for key, read in _READERS.items():
        if key in entry:
            condition = reading.attempt((*path, key), read, entry[key])
            conditions += [] if condition is None else [condition]
    if "from" in entry or "to" in entry:
        between = reading.attempt((*path, "from" if "from" in entry else "to"), _between, entry)
        conditions += [] if between is None else [between]
    return Nights(tuple(conditions)) if len(reading.problems) == before else None


def read_named(reading: Reading, path: Path, occasions: Occasions) -> tuple[Occasion, ...]:
    """The special nights that are named there, one or a list of them."""
    names = reading.texts(path, "the name of a night, or a list of names")
    found = []
    for index, name in enumerate(names):
        where = (*path, index) if isinstance(reading.at(path), list) else path
        reading.attempt(where, among(occasions, "unknown-night", "special night"), name)
        found += [occasions[name]] if name in occasions else []
    return tuple(found)


def any_of(occasions: tuple[Occasion, ...]) -> Nights:
    """The nights that are one of these."""
    return Nights((OnOccasions(occasions),))


def _listed(value: Any) -> Iterator[Any]:
    yield from value if isinstance(value, list) else [value]


def read_day(value: Any) -> Day:
    """``2026-12-05``, or ``12-05`` for every year.

    Raises:
        Faulty: no such day.
    """
    match = _DATE.fullmatch(str(value))
    try:
        if match is not None and match[1]:
            return date.fromisoformat(match[0])
        if match is not None:
            leap = date(_LEAP_YEAR, int(match[2]), int(match[3]))
            return MonthDay(leap.month, leap.day)
    except ValueError:
        pass
    raise Faulty("night-date", f"'{value}' is no day", "write MM-DD for every year, or YYYY-MM-DD")


def _on(value: Any) -> Condition:
    return OnDates(tuple(read_day(each) for each in _listed(value)))


def _weekdays(value: Any) -> Condition:
    names = map(among(WEEKDAYS, "night-weekday", "weekday"), _listed(value))
    return OnWeekdays(frozenset(map(WEEKDAYS.index, names)))


def _nth(value: Any) -> Condition:
    match = _NTH.fullmatch(str(value))
    if match is None or match[2] not in WEEKDAYS:
        raise Faulty("night-weekday", f"'{value}' is no weekday of a month", "write for example: 1 sat, or: last fri")
    return NthWeekday(-1 if match[1] == "last" else int(match[1]), WEEKDAYS.index(match[2]))


def _months(value: Any) -> Condition:
    months = list(_listed(value))
    if not all(isinstance(month, int) and month in range(1, 13) for month in months):
        raise Faulty("night-month", f"'{value}' is no month", "write 1 to 12, or a list of these")
    return InMonths(frozenset(months))


def _between(entry: Mapping[str, Any]) -> Condition:
    first, last = (None if key not in entry else read_day(entry[key]) for key in ("from", "to"))
    if not isinstance(first, MonthDay) and not isinstance(last, MonthDay):
        if first is not None and last is not None and last < first:
            raise Faulty("night-range", f"{last} comes before {first}")
        return BetweenDates(first, last)
    if isinstance(first, date) or isinstance(last, date):
        raise Faulty("night-range", "one end has a year and the other has none", "write both in the same way")
    return BetweenDays(first or MonthDay(1, 1), last or MonthDay(12, 31))


def _holidays(value: Any, *, eve: bool) -> Condition:
    name, _, part = str(value).partition("-")
    among(list_supported_countries(), "night-holiday", "country", "for France: FR")(name)
    if part and part not in country_holidays(name).subdivisions:
        raise Faulty("night-holiday", f"{name} has no part '{part}'", "for Alsace and Moselle: FR-57")
    return OnHolidays(str(value), eve)


_READERS: Final[Mapping[str, Callable[[Any], Condition]]] = {
    "on": _on,
    "weekday": _weekdays,
    "nth": _nth,
    "month": _months,
    "holiday": lambda value: _holidays(value, eve=False),
    "eve": lambda value: _holidays(value, eve=True),
}
