"""Which part of a series is drawn beside a point: the last day in quarters of an hour, or hours, or the last days."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from shared.model.registry import Kind

_DAY: Final = timedelta(days=1)
_FORTNIGHT: Final = 14
_DAY_S: Final = 86_400


class Span(NamedTuple):
    """A part of a series. ``by``: what telemetry sums up by, ``quarter-hour``, ``hour`` or ``day``."""

    since: datetime
    until: datetime
    by: str


def drawn_property(kind: Kind) -> str | None:
    """The property that a kind's points are drawn by: that of its first indicator, or else the first one."""
    return kind.indicators[0].property if kind.indicators else next(iter(kind.properties), None)


def drawn_span(kind: Kind, name: str, now: datetime, zone: ZoneInfo) -> Span:
    """Of counts yesterday and today by hour; of what comes once a day the last two weeks; else the last 24 hours."""
    midnight = datetime.combine(now.astimezone(zone).date(), time.min, zone)
    if kind.period_s >= _DAY_S:
        return Span(midnight - _FORTNIGHT * _DAY, now, "day")
    if kind.properties[name].aggregation == "sum":
        return Span(midnight - _DAY, now, "hour")
    return Span(now - _DAY, now, "quarter-hour")
