"""Moments of a test as its author writes them: so long after its beginning, by the clocks of the point, or a date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from services.rules_engine.domain.spans import Span
from shared.errors import InputError

_PART: Final = r"(\d+(?:\.\d+)?)\s*(s|min|h|d|j)"
_SPAN: Final = re.compile(rf"{_PART}(?:\s+{_PART})*")
_CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")
_DATED: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]+(\d{2}:\d{2}(?::\d{2})?)\s*(Z|[+-]\d{2}:\d{2})?)?")
_SECONDS: Final = {"s": 1, "min": 60, "h": 3600}
WAYS: Final = '70 min, 1 h 30 min, "01:10", or 2026-01-10 01:10'
"""How a moment may be written."""


class NoSuchTime(InputError):
    """Clocks skip this time, in the night in March in which they are put forward."""


def parse_lapse(text: str) -> Span:
    """Read ``70 min``, ``1 h 30 min`` or ``2 d 6 h``; days are civil days.

    Raises:
        InputError: not a span of time.
    """
    if not _SPAN.fullmatch(text.strip()):
        raise InputError(f"'{text}' is no span of time; write 15 min, 1 h 30 min or 2 d")
    days, seconds = 0, 0.0
    for number, unit in re.findall(_PART, text):
        if unit not in _SECONDS and "." not in number:
            days += int(number)
        else:
            seconds += float(number) * _SECONDS.get(unit, 86_400)
    try:
        return Span(timedelta(seconds=seconds, days=days) - timedelta(days=days), days)
    except OverflowError as error:
        raise InputError(f"'{text}' is longer than any test") from error


def later(moment: datetime, span: Span, zone: ZoneInfo) -> datetime:
    """The moment that lies a span after another, UTC: days by the zone's clocks, then the time.

    Raises:
        InputError: there is no such moment in the calendar.
    """
    try:
        if span.days:
            local = moment.astimezone(zone)
            local = (local.replace(tzinfo=None) + timedelta(days=span.days)).replace(tzinfo=zone, fold=local.fold)
            moment = local.astimezone(UTC)
        return moment.astimezone(UTC) + span.time
    except OverflowError as error:
        raise InputError(f"{span} after {moment:%Y-%m-%d} is beyond the calendar") from error


def elapsed(begin: datetime, moment: datetime, zone: ZoneInfo) -> str:
    """How long after the beginning a moment lies, as ``parse_lapse`` reads it: ``1 h 10 min``."""
    days = max((moment.astimezone(zone).date() - begin.astimezone(zone).date()).days, 0)
    if days and later(begin, Span(days=days), zone) > moment:
        days -= 1
    seconds = int((moment - later(begin, Span(days=days), zone)).total_seconds())
    parts = [f"{days} d"] if days else []
    for name, size in (("h", 3600), ("min", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {name}")
    return " ".join(parts) or "0 min"


def shown(moment: datetime, beside: datetime, zone: ZoneInfo) -> str:
    """A moment by the zone's clocks: ``01:10``; with its day if that is not the day of the other one."""
    local = moment.astimezone(zone)
    text = local.strftime("%H:%M:%S" if local.second else "%H:%M")
    if local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset():
        text += f" {local.tzname()}"
    return text if local.date() == beside.astimezone(zone).date() else f"{local:%d/%m} {text}"


@dataclass(frozen=True)
class Clocks:
    """Reads moments of one test.

    Attributes:
        begin: of the test, UTC.
        zone: of the point.
    """

    begin: datetime
    zone: ZoneInfo

    def read(self, text: str, after: datetime | None = None) -> datetime:
        """The moment that a text means, UTC; a time of day is the first that is not before ``after``.

        Raises:
            InputError: it means none.
        """
        text = text.strip()
        if _SPAN.fullmatch(text):
            return later(self.begin, parse_lapse(text), self.zone)
        if match := _CLOCK.fullmatch(text):
            clock = time(int(match[1]), int(match[2]), int(match[3] or 0))
            return next(self._shows(clock, after or self.begin))
        return read_date(text, self.zone)

    def _shows(self, clock: time, after: datetime) -> Iterator[datetime]:
        """Every moment from one on at which clocks show a time of day."""
        day = after.astimezone(self.zone).date()
        while True:
            for fold in (0, 1):
                local = datetime.combine(day, clock.replace(fold=fold), self.zone)
                if local.astimezone(UTC) >= after and _exists(local):
                    yield local.astimezone(UTC)
            day += timedelta(days=1)


def read_date(text: str, zone: ZoneInfo) -> datetime:
    """``2026-01-10 01:10`` by the zone's clocks, UTC; in October's doubled hour the first, unless the offset is given.

    Raises:
        InputError: not a date, or clocks never show it.
    """
    match = _DATED.fullmatch(text.strip())
    if match is None:
        raise InputError(f"'{text}' is no moment; write {WAYS}")
    try:
        day, clock = date.fromisoformat(match[1]), time.fromisoformat(match[2] or "00:00")
    except ValueError as error:
        raise InputError(f"there is no {text} in the calendar") from error
    if match[3]:
        offset = match[3].replace("Z", "+00:00")
        return datetime.fromisoformat(f"{day}T{clock}{offset}").astimezone(UTC)
    local = datetime.combine(day, clock, zone)
    if not _exists(local):
        raise NoSuchTime(f"clocks never show {clock:%H:%M} on {day}: they are put forward from 02:00 to 03:00")
    return local.astimezone(UTC)


def _exists(local: datetime) -> bool:
    return local.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None) == local.replace(tzinfo=None)
