"""Small drawings beside a point: its last day as a line, its counts by hour today and yesterday, its last days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from services.portal.domain import chart
from services.portal.domain.answers import Bucket
from services.portal.domain.chart import Dot, Frame, Scale
from services.portal.domain.wording import Wording

FRAME: Final = Frame(300, 84, 2, 2, 6, 16)
_HOURS: Final = 24
_GAP: Final = timedelta(minutes=45)
_GRID_H: Final = 6
_DAY: Final = timedelta(days=1)
_MOST_DAYS_NAMED: Final = 4


@dataclass(frozen=True)
class Bar:
    """A bar. ``before``: of the day before, drawn pale behind."""

    x: float
    y: float
    width: float
    height: float
    before: bool = False


@dataclass(frozen=True)
class Mark:
    """A word below the drawing, where its middle stands."""

    x: float
    text: str


@dataclass(frozen=True)
class Rule:
    """A line across the drawing, with the value at which it stands."""

    y: float
    text: str


@dataclass(frozen=True)
class Spark:
    """A drawing. ``title`` says in words what it shows."""

    frame: Frame
    title: str
    marks: tuple[Mark, ...]
    bars: tuple[Bar, ...] = ()
    lines: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()


Written = Callable[[float], str]


def last_day(
    buckets: Sequence[Bucket],
    now: datetime,
    bounds: tuple[float, float] | None,
    zone: ZoneInfo,
    wording: Wording,
    written: Written,
) -> Spark | None:
    """The last 24 hours as a line, parted where nothing was measured; ``bounds``: lowest and highest that is drawn."""
    dots = [Dot(item.until, item.value) for item in buckets if item.value is not None and item.until > now - _DAY]
    if not dots:
        return None
    low, high = bounds or (0.0, max(dot.value for dot in dots) or 1.0)
    inside = [Dot(dot.time, min(max(dot.value, low), high)) for dot in dots]
    scale = Scale(FRAME, now - _DAY, max(now, dots[-1].time), low, high)
    lines = tuple(chart.line_path(scale.places(run)) for run in chart.runs(inside, _GAP))
    hours = chart.local_hours(scale.start, scale.end, zone, _GRID_H)
    marks = tuple(Mark(scale.x(at), wording.clock(at, zone)) for at in hours if 14 < scale.x(at) < FRAME.end - 14)
    least, most = (written(select(dot.value for dot in dots)) for select in (min, max))
    rules = tuple(Rule(scale.y(at), written(at)) for at in _round_values(low, high))
    return Spark(FRAME, wording.say("spark-day", least, most), marks, lines=lines, rules=rules)


def hours_of_two_days(
    buckets: Sequence[Bucket], now: datetime, zone: ZoneInfo, wording: Wording, written: Written
) -> Spark | None:
    """Today's sums by hour of the zone's clocks, before those of yesterday."""
    today = now.astimezone(zone).date()
    sums: dict[bool, dict[int, float]] = {True: defaultdict(float), False: defaultdict(float)}
    for item in buckets:
        local = item.since.astimezone(zone)
        if item.value is not None and today - local.date() <= _DAY:
            sums[local.date() < today][local.hour] += item.value
    top = max((value for hours in sums.values() for value in hours.values()), default=None)
    if top is None:
        return None
    bars = tuple(
        _bar(hour, _HOURS, value / (top or 1), before=before)
        for before in (True, False)
        for hour, value in sums[before].items()
    )
    marks = tuple(Mark(_slot(hour, _HOURS), f"{hour}\N{NO-BREAK SPACE}h") for hour in (6, 12, 18))
    return Spark(FRAME, wording.say("spark-hours", written(sum(sums[False].values())), written(top)), marks, bars)


def last_days(buckets: Sequence[Bucket], zone: ZoneInfo, wording: Wording, written: Written) -> Spark | None:
    """A bar for each of the last days; none where nothing was measured."""
    top = max((item.value for item in buckets if item.value is not None), default=None)
    if top is None:
        return None
    slots = len(buckets)
    bars = tuple(
        _bar(index, slots, item.value / (top or 1)) for index, item in enumerate(buckets) if item.value is not None
    )
    every = -(-slots // _MOST_DAYS_NAMED)
    marks = tuple(
        Mark(_slot(index + 0.5, slots), wording.day(item.since, zone))
        for index, item in enumerate(buckets)
        if index % every == every // 2
    )
    return Spark(FRAME, wording.say("spark-days", str(slots), written(top)), marks, bars)


def _round_values(low: float, high: float) -> list[float]:
    """One or two round values well inside."""
    span = high - low
    return [tick for tick in chart.value_ticks(low, high, 3) if low + 0.2 * span < tick < high - 0.1 * span]


def _slot(number: float, slots: int) -> float:
    return round(FRAME.left + number * (FRAME.end - FRAME.left) / slots, 1)


def _bar(number: int, slots: int, share: float, *, before: bool = False) -> Bar:
    height = round(max(share, 0.0) * (FRAME.floor - FRAME.top), 1)
    gap = 0.5 if before else 2.0
    left = _slot(number, slots) + gap
    return Bar(left, round(FRAME.floor - height, 1), round(_slot(number + 1, slots) - gap - left, 1), height, before)
