"""Periods in which a rule alerts at most once: days, nights, weeks, months by local clocks, or a span."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from services.rules_engine.domain.rule import OncePer
from services.rules_engine.domain.spans import Span, moment_of, stamp

NAMES: Final = ("day", "night", "week", "month")
_NOON: Final = time(12)


def next_allowed(fired: datetime, once_per: OncePer, zone: str) -> datetime:
    """When the period ends in which an alert fired, UTC."""
    period = once_per.period
    if isinstance(period, Span):
        return moment_of(period.after(stamp(fired), zone))
    local = fired.astimezone(ZoneInfo(zone))
    return datetime.combine(*_end(period, local), ZoneInfo(zone)).astimezone(UTC)


def _end(period: str, local: datetime) -> tuple[date, time]:
    today = local.date()
    if period == "night":
        return (today if local.time() < _NOON else today + timedelta(days=1)), _NOON
    if period == "week":
        return today + timedelta(days=7 - today.weekday()), time()
    if period == "month":
        return (today.replace(day=1) + timedelta(days=32)).replace(day=1), time()
    return today + timedelta(days=1), time()
