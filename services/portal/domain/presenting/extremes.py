"""What a series comes to in words and tables: its extremes by day, its rise over the last hour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from services.portal.domain.chart import Dot
from services.portal.domain.wording import Wording

_HOUR: Final = timedelta(hours=1)
_TOLERANCE: Final = timedelta(minutes=15)
_SLOT_H: Final = 6


@dataclass(frozen=True)
class Row:
    """A quarter of a day: when it begins, its extremes, its last value."""

    since: str
    lowest: str
    highest: str
    last: str


def daily_rows(
    dots: Sequence[Dot], zone: ZoneInfo, wording: Wording, written: Callable[[float], str]
) -> tuple[Row, ...]:
    """A row for each six hours of the zone's clocks that has values, newest first."""

    def slot(dot: Dot) -> tuple[str, int]:
        local = dot.time.astimezone(zone)
        return wording.day(dot.time, zone), local.hour // _SLOT_H * _SLOT_H

    rows = []
    for (day, hour), group in groupby(dots, key=slot):
        values = [dot.value for dot in group]
        rows.append(Row(f"{day} {hour:02}:00", written(min(values)), written(max(values)), written(values[-1])))
    return tuple(reversed(rows))


def rise_over_last_hour(dots: Sequence[Dot]) -> float | None:
    """How much the newest value is above the one an hour before; None where there is none near that time."""
    if not dots:
        return None
    wanted = dots[-1].time - _HOUR
    nearest = min(dots, key=lambda dot: abs(dot.time - wanted))
    return dots[-1].value - nearest.value if abs(nearest.time - wanted) <= _TOLERANCE else None
