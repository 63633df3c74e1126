"""The geometry of a time series: scales, ticks, paths with gaps. Lengths are the drawing's, y grows downwards."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

Place = tuple[float, float]

_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Dot:
    """A value at a moment."""

    time: datetime
    value: float


@dataclass(frozen=True)
class Frame:
    """The drawing's size and the margins around its plot."""

    width: float
    height: float
    left: float = 0.0
    right: float = 0.0
    top: float = 0.0
    bottom: float = 0.0

    @property
    def floor(self) -> float:
        """The y of the plot's lower edge."""
        return self.height - self.bottom

    @property
    def end(self) -> float:
        """The x of the plot's right edge."""
        return self.width - self.right


@dataclass(frozen=True)
class Scale:
    """Places moments of [start, end] and values of [low, high] in a frame."""

    frame: Frame
    start: datetime
    end: datetime
    low: float
    high: float

    def x(self, moment: datetime) -> float:
        """Where a moment stands, from the left."""
        share = (moment - self.start) / (self.end - self.start)
        return round(self.frame.left + share * (self.frame.end - self.frame.left), 1)

    def y(self, value: float) -> float:
        """Where a value stands, from the top."""
        share = (value - self.low) / (self.high - self.low)
        return round(self.frame.floor - share * (self.frame.floor - self.frame.top), 1)

    def places(self, dots: Sequence[Dot]) -> list[Place]:
        """Where the dots stand."""
        return [(self.x(dot.time), self.y(dot.value)) for dot in dots]


def nice_step(span: float, most: int) -> float:
    """The least of 1, 2, 2.5, 5 times a power of ten that divides ``span`` into at most ``most`` parts."""
    rough = span / max(1, most)
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in _STEPS if step * power >= rough * (1 - 1e-9))


def value_ticks(low: float, high: float, most: int) -> tuple[float, ...]:
    """Round values from just below ``low`` to just above ``high``."""
    span = high - low if high > low else max(abs(high), 1.0)
    step = nice_step(span, most)
    first = math.floor(low / step + 1e-9)
    last = max(math.ceil(high / step - 1e-9), first + 1)
    return tuple(round(number * step, 10) for number in range(first, last + 1))


def local_midnights(start: datetime, end: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """The moments in (start, end] when a day begins in the zone, UTC: 23 or 25 hours apart when its clocks change."""
    day = start.astimezone(zone).date()
    found: list[datetime] = []
    while (moment := datetime.combine(day, time.min, zone).astimezone(UTC)) <= end:
        if moment > start:
            found.append(moment)
        day += timedelta(days=1)
    return tuple(found)


def local_hours(start: datetime, end: datetime, zone: ZoneInfo, every: int) -> tuple[datetime, ...]:
    """The moments in (start, end] when the zone's clocks show a full hour divisible by ``every``, UTC."""
    moment = start.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    found: list[datetime] = []
    while (moment := moment + timedelta(hours=1)) <= end:
        if moment.astimezone(zone).hour % every == 0:
            found.append(moment)
    return tuple(found)


def runs(dots: Sequence[Dot], longest_gap: timedelta) -> tuple[tuple[Dot, ...], ...]:
    """The dots, parted wherever two neighbours are further apart than ``longest_gap``."""
    parted: list[list[Dot]] = []
    for dot in dots:
        if not parted or dot.time - parted[-1][-1].time > longest_gap:
            parted.append([])
        parted[-1].append(dot)
    return tuple(tuple(run) for run in parted)


def thinned(places: Sequence[Place]) -> list[Place]:
    """The same line with at most four places in each column one unit wide: first, lowest, highest and last."""
    columns: dict[int, list[Place]] = {}
    for place in places:
        columns.setdefault(int(place[0]), []).append(place)
    kept: list[Place] = []
    for column in columns.values():
        if len(column) <= 4:
            kept.extend(column)
            continue
        heights = [y for _, y in column]
        extremes = {0, heights.index(min(heights)), heights.index(max(heights)), len(column) - 1}
        kept.extend(column[index] for index in sorted(extremes))
    return kept


def line_path(places: Sequence[Place]) -> str:
    """An SVG path through the places; a place alone becomes a dot under a round line cap."""
    steps = [f"{x:g} {y:g}" for x, y in thinned(places)]
    return f"M{steps[0]}h0" if len(steps) == 1 else "M" + "L".join(steps)


def area_path(places: Sequence[Place], floor: float) -> str:
    """An SVG path around what lies between the places and the floor; empty for a place alone."""
    if len(places) < 2:
        return ""
    return f"{line_path(places)}V{floor:g}H{places[0][0]:g}Z"


def pushed_apart(wanted: Sequence[float], least: float, top: float, floor: float) -> tuple[float, ...]:
    """Places for labels as near as can be to those wanted, in the same order, ``least`` apart, between top and floor.

    When there is no room for all of them the first ones begin above ``top``.
    """
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    found = [0.0] * len(wanted)
    below = top - least
    for index in order:
        below = found[index] = max(wanted[index], below + least)
    above = floor + least
    for index in reversed(order):
        above = found[index] = min(found[index], above - least)
    return tuple(round(place, 1) for place in found)
