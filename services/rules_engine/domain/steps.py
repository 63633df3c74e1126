"""The periods for which rules decide: whole steps of a civil day, by local clocks."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from services.rules_engine.domain.spans import Span, first_shown, moment_of, stamp

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)


@lru_cache(maxsize=4096)
def midnight(day: date, zone: str) -> int:
    """When a civil day begins, a stamp."""
    return first_shown(datetime.combine(day, time()), zone)


def floored(moment: datetime, step: Span, zone: str) -> datetime:
    """The newest whole step since local midnight that is not later, by the clocks, UTC; of a civil day, midnight."""
    begins, now = _steps(moment.astimezone(ZoneInfo(zone)).date(), step, zone), stamp(moment)
    return moment_of(begins[bisect_right(begins, now) - 1])


def next_step(moment: datetime, step: Span, zone: str) -> datetime:
    """The first whole step after a moment, by the clocks, UTC."""
    begins, now = _steps(moment.astimezone(ZoneInfo(zone)).date(), step, zone), stamp(moment)
    return moment_of(begins[bisect_right(begins, now)])


@lru_cache(maxsize=512)
def _steps(day: date, step: Span, zone: str) -> Sequence[int]:
    """When the steps of a civil day begin, and the first of the next day; stamps."""
    today, tomorrow = midnight(day, zone), midnight(day + _DAY, zone)
    if step.days:
        return (today, tomorrow)
    if not _HOUR % step.time and not (tomorrow - today) % step.microseconds:
        # Within an hour clocks and time go alike, also in the hour that clocks show twice.
        return range(today, tomorrow + 1, step.microseconds)
    begin = datetime.combine(day, time())
    shown = {first_shown(begin + index * step.time, zone) for index in range(_DAY // step.time)}
    return (*sorted(shown), tomorrow)
