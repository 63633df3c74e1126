"""The periods for which rules decide: whole steps of a civil day, by local clocks."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from services.rules_engine.domain.spans import Span, first_shown, moment_of

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)


@lru_cache(maxsize=4096)
def midnight(day: date, zone: str) -> int:
    """When a civil day begins, a stamp."""
    return first_shown(datetime.combine(day, time()), zone)


def floored(moment: datetime, step: Span, zone: str) -> datetime:
    """The newest whole step since local midnight that is not later, by the clocks, UTC; of a civil day, midnight."""
    local = moment.astimezone(ZoneInfo(zone))
    if step.days:
        return moment_of(midnight(local.date(), zone))
    if not _HOUR % step.time:
        # Within an hour clocks and time go alike, also in the hour that clocks show twice.
        begin = moment_of(midnight(local.date(), zone))
        return begin + (moment - begin) // step.time * step.time
    return moment_of(first_shown(_begun(moment, step, zone), zone))


def next_step(moment: datetime, step: Span, zone: str) -> datetime:
    """The first whole step after a moment, by the clocks, UTC."""
    local = moment.astimezone(ZoneInfo(zone))
    tomorrow = moment_of(midnight(local.date() + _DAY, zone))
    if step.days:
        return tomorrow
    if not _HOUR % step.time:
        return min(tomorrow, floored(moment, step, zone) + step.time)
    return min(tomorrow, moment_of(first_shown(_begun(moment, step, zone) + step.time, zone)))


def _begun(moment: datetime, step: Span, zone: str) -> datetime:
    """The time (naive) of the newest step whose time clocks have shown; one that they show twice was at the first."""
    local = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    begin = datetime.combine(local.date(), time())
    begin += (local - begin) // step.time * step.time
    while moment_of(first_shown(begin + step.time, zone)) <= moment:
        begin += step.time
    return begin
