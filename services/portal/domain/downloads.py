"""Observations of a point as a table to take away: which days, which columns, how a cell is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from services.portal.domain.answers import Latest, Sample
from shared.model.registry import Kind, Point

MOST_DAYS: Final = 31
MOST_ROWS: Final = 100_000
HEADER: Final = "time,time_local,property,value,unit,quality\r\n"
"""Lines end with CR LF, as RFC 4180 has it."""

_USUAL: Final = timedelta(days=6)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_FIRST, _LAST = date(1970, 1, 1), date(2999, 12, 31)
_TICK: Final = timedelta(microseconds=1)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_QUOTED: Final = re.compile(r'[",\r\n]')
_LINES: Final = 500


class WrongDays(ValueError):
    """The days that were asked for can't be had; its only argument is the name of the text that says why."""


@dataclass(frozen=True)
class Days:
    """Civil days of a zone, the last one included."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def since(self) -> datetime:
        """The first day's local midnight, UTC."""
        return datetime.combine(self.first, time(), self.zone).astimezone(UTC)

    @property
    def until(self) -> datetime:
        """The last moment that belongs to the last day, UTC: times are kept to the microsecond."""
        return datetime.combine(self.last + timedelta(days=1), time(), self.zone).astimezone(UTC) - _TICK


@dataclass(frozen=True)
class Row:
    """An observation and what it is of. ``unit``: UCUM code."""

    property: str
    unit: str
    sample: Sample


def days_asked(first: str, last: str, now: datetime, zone: ZoneInfo) -> Days:
    """The days from the words of an address; without the last one up to today, without the first one seven days.

    Raises:
        WrongDays: a day is none, the days are in the wrong order, or too many.
    """
    to = _day(last) if last else now.astimezone(zone).date()
    since = _day(first) if first else to - _USUAL
    if since > to:
        raise WrongDays("download-reversed")
    if (to - since).days >= MOST_DAYS:
        raise WrongDays("download-too-long")
    return Days(since, to, zone)


def _day(text: str) -> date:
    """A day written 2022-01-10, and in no other of ISO 8601's ways."""
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not _FIRST <= day <= _LAST:
        raise WrongDays("download-no-day")
    return day


def units(point: Point, kinds: Iterable[Kind], latest: Iterable[Latest]) -> Mapping[str, str]:
    """The properties that may have been observed at a point, with their units: its kind's, and any other heard of."""
    known = next((kind.properties for kind in kinds if kind.id == point.kind), {})
    heard = {item.property: item.unit for item in latest if item.point == point.id}
    return heard | {name: of.unit for name, of in known.items()}


def file_name(point: str, days: Days) -> str:
    """``pont-neuf_2022-01-10_2022-01-12.csv``."""
    return f"{point}_{days.first}_{days.last}.csv"


def in_pieces(rows: Iterable[Row], zone: ZoneInfo) -> Iterator[bytes]:
    """The whole table in UTF-8, some hundred lines at a time, the header first."""
    yield HEADER.encode()
    lines = (line(row, zone) for row in rows)
    while piece := "".join(islice(lines, _LINES)):
        yield piece.encode()


def line(row: Row, zone: ZoneInfo) -> str:
    """One observation: in UTC, on the clocks of the zone, and as a number with a decimal point."""
    moment = row.sample.time.astimezone(UTC)
    utc, local = moment.isoformat().replace("+00:00", "Z"), moment.astimezone(zone).isoformat()
    what, unit, quality = cell(row.property), cell(row.unit), cell(row.sample.quality)
    return f"{utc},{local},{what},{number(row.sample.value)},{unit},{quality}\r\n"


def number(value: float) -> str:
    """``2.0185``, ``12``: the 15 digits that a double surely holds, without what reckoning in binary left behind."""
    return f"{value:.15g}"


def cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula, in quotation marks where it needs them."""
    safe = f"'{text}" if text.startswith(_FORMULA) else text
    return '"' + safe.replace('"', '""') + '"' if _QUOTED.search(safe) else safe
