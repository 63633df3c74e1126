"""The axes of a point's drawings: round values in the property's unit, hours and days by the point's clocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from services.portal.domain import chart
from services.portal.domain.chart import Scale
from services.portal.domain.presenting.curve import Tick
from services.portal.domain.presenting.pointing import COUNT, Pointing
from services.portal.domain.wording import Wording
from shared.model.registry import Property

_MOST: Final = 5
_EVERY_H: Final = 3
_TWO_DAYS: Final = timedelta(days=2)
_LEAST_COUNTED: Final = 4.0
_LEAST_STEPS: Final = 20
_HEADROOM: Final = 0.04


@dataclass(frozen=True)
class Measure:
    """A property as its values are written and scaled. ``bars``: they are sums, which begin at zero."""

    pointing: Pointing
    seen: Property
    bars: bool

    def written(self, value: float) -> str:
        """A value in words."""
        return self.pointing.written(value, self.seen)

    @property
    def is_state(self) -> bool:
        """Whether its values are yes or no."""
        known = self.seen
        return known.unit == "1" and (known.minimum, known.maximum, known.accuracy) == (0, 1, 1)

    def words(self, ticks: Sequence[float]) -> list[str]:
        """What stands beside the axis, with no more decimals than the ticks need."""
        if self.is_state:
            return [self.written(tick) for tick in ticks]
        decimals = next(d for d in range(7) if d == 6 or all(abs(t - round(t, d)) < 1e-9 for t in ticks))
        if self.seen.unit == COUNT:
            return [self.pointing.wording.number(tick, decimals) for tick in ticks]
        return [self.pointing.wording.quantity(tick, self.seen.unit, 10.0**-decimals) for tick in ticks]


def value_ticks(values: Sequence[float], measure: Measure) -> tuple[float, ...]:
    """Round values below and above what is drawn: from zero for sums, 0 to 100 for percentages."""
    low, high = min(values, default=0.0), max(values, default=0.0)
    if measure.is_state:
        return (0.0, 1.0)
    if measure.seen.unit == "%":
        return chart.value_ticks(min(low, 0.0), max(high, 100.0), _MOST)
    if measure.bars:
        least = _LEAST_COUNTED if measure.seen.unit == COUNT else measure.seen.accuracy * _LEAST_STEPS
        return chart.value_ticks(0.0, max(high * (1 + _HEADROOM), least), _MOST)
    least = measure.seen.accuracy * _LEAST_STEPS
    if high - low < least:
        low, high = low - (least / 2 if low else 0.0), high + least / 2
    return chart.value_ticks(low, high + _HEADROOM * (high - low), _MOST)


def midnight_lines(scale: Scale, zone: ZoneInfo) -> tuple[float, ...]:
    """Where days part."""
    return tuple(scale.x(at) for at in chart.local_midnights(scale.start, scale.end, zone) if at < scale.end)


def time_ticks(scale: Scale, zone: ZoneInfo, wording: Wording, *, short: bool) -> tuple[Tick, ...]:
    """The words below: the clock of one day, or the days. ``short``: fewer."""
    if scale.end - scale.start < _TWO_DAYS:
        return _hours(scale, zone, wording, 2 * _EVERY_H if short else _EVERY_H)
    return _days(scale, zone, wording, 3 if short else 1)


def _hours(scale: Scale, zone: ZoneInfo, wording: Wording, every: int) -> tuple[Tick, ...]:
    hours = (scale.start, *chart.local_hours(scale.start, scale.end, zone, every))
    return tuple(Tick(scale.x(at), wording.clock(at, zone)) for at in hours)


def _days(scale: Scale, zone: ZoneInfo, wording: Wording, every: int) -> tuple[Tick, ...]:
    """Each in the middle of its own, the last one among them."""
    edges = (scale.start, *chart.local_midnights(scale.start, scale.end, zone))
    days = [(begin, begin + (end - begin) / 2) for begin, end in pairwise(edges)]
    return tuple(Tick(scale.x(middle), wording.day(begin, zone)) for begin, middle in days[::-1][::every][::-1])
