"""A property of a point as a drawing: a line for levels, bars for sums, holes where nothing was measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from services.portal.domain import chart
from services.portal.domain.chart import Dot, Frame, Place, Scale
from services.portal.domain.presenting.curve import Level, LevelLine, Tick
from services.portal.domain.presenting.point_axis import Measure, midnight_lines, time_ticks, value_ticks
from services.portal.domain.presenting.sparks import Bar
from services.portal.domain.wording import Wording

WIDE: Final = Frame(860, 256, 76, 22, 20, 28)
NARROW: Final = Frame(340, 236, 66, 14, 20, 28)

_LABEL_HEIGHT: Final = 15.0
_LEAST_BAR: Final = 1.0


@dataclass(frozen=True)
class Span:
    """A value of the time between two moments."""

    since: datetime
    until: datetime
    value: float


@dataclass(frozen=True)
class Shown:
    """What is drawn between two moments.

    Attributes:
        good: what a line goes through; spans: what bars stand for. One of them is empty.
        doubtful: observed and not believed: marked, not joined.
        longest_gap: neighbours further apart are not joined.
        holds: a value lasts until the next one.
    """

    bounds: tuple[datetime, datetime]
    good: Sequence[Dot] = ()
    spans: Sequence[Span] = ()
    doubtful: Sequence[Dot] = ()
    levels: Sequence[Level] = ()
    longest_gap: timedelta = timedelta(hours=1)
    holds: bool = False

    @property
    def values(self) -> list[float]:
        """The values that the drawing must have room for: doubtful ones only where there are no others."""
        believed = [dot.value for dot in self.good] + [span.value for span in self.spans]
        return (believed or [dot.value for dot in self.doubtful]) + [level.value for level in self.levels]

    @property
    def runs(self) -> tuple[tuple[Dot, ...], ...]:
        """The line, parted where nothing was measured."""
        found = chart.runs(self.good, self.longest_gap)
        return tuple(_held(run) for run in found) if self.holds else found


@dataclass(frozen=True)
class Drawing:
    """What the template writes. ``id``: unique on the page; ``last``: where the newest value stands.

    Attributes:
        lines: vertical ones, where days part; words: below the drawing.
    """

    id: str
    frame: Frame
    title: str
    description: str
    paths: tuple[str, ...]
    bars: tuple[Bar, ...]
    last: Place | None
    doubts: tuple[Place, ...]
    lines: tuple[float, ...]
    words: tuple[Tick, ...]
    values: tuple[Tick, ...]
    levels: tuple[LevelLine, ...]


@dataclass(frozen=True)
class Look:
    """What a drawing is called and written with. ``name``: unique on the page."""

    name: str
    title: str
    measure: Measure
    zone: ZoneInfo
    wording: Wording


def draw(look: Look, shown: Shown) -> tuple[Drawing, Drawing]:
    """The drawing for wide and for narrow screens."""
    return _draw(look, shown, WIDE), _draw(look, shown, NARROW)


def _draw(look: Look, shown: Shown, frame: Frame) -> Drawing:
    ticks, runs = value_ticks(shown.values, look.measure), shown.runs
    scale = Scale(frame, *shown.bounds, ticks[0], ticks[-1])
    words = look.measure.words(ticks)
    return Drawing(
        id=f"{look.name}-{frame.width:g}",
        frame=frame,
        title=look.title,
        description=_description(look, shown, len(runs)),
        paths=tuple(chart.line_path(scale.places(run)) for run in runs),
        bars=tuple(_bar(scale, span) for span in shown.spans),
        last=scale.places(shown.good[-1:])[0] if shown.good else None,
        doubts=tuple(chart.thinned(scale.places([_inside(dot, scale) for dot in shown.doubtful]))),
        lines=midnight_lines(scale, look.zone),
        words=time_ticks(scale, look.zone, look.wording, short=frame is NARROW),
        values=tuple(Tick(scale.y(tick), text) for tick, text in zip(ticks, words, strict=True)),
        levels=_level_lines(scale, shown.levels, look.measure.written),
    )


def _held(run: Sequence[Dot]) -> tuple[Dot, ...]:
    """With a step before each change: the line goes level and then up or down."""
    steps = [(Dot(after.time, before.value), after) for before, after in pairwise(run)]
    return (run[0], *(dot for step in steps for dot in step))


def _inside(dot: Dot, scale: Scale) -> Dot:
    """The same at the edge where it lies beyond: what nobody believes makes no drawing flat."""
    return Dot(dot.time, min(max(dot.value, scale.low), scale.high))


def _bar(scale: Scale, span: Span) -> Bar:
    """A zero has a bar too, a thin one: it was measured."""
    left, right = scale.x(max(span.since, scale.start)), scale.x(span.until)
    gap = min(4.0, (right - left) / 8)
    height = round(max(scale.frame.floor - scale.y(span.value), _LEAST_BAR), 1)
    return Bar(round(left + gap, 1), round(scale.frame.floor - height, 1), round(right - left - 2 * gap, 1), height)


def _level_lines(scale: Scale, levels: Sequence[Level], written: Callable[[float], str]) -> tuple[LevelLine, ...]:
    places = [scale.y(level.value) for level in levels]
    wanted = [place - 4 for place in places]
    labels = chart.pushed_apart(wanted, _LABEL_HEIGHT, scale.frame.top - 4, scale.frame.floor - 4)
    return tuple(
        LevelLine(place, label, written(level.value), level.title, level.tone, level.minor)
        for place, label, level in zip(places, labels, levels, strict=True)
    )


def _description(look: Look, shown: Shown, runs: int) -> str:
    wording, written = look.wording, look.measure.written
    values = [dot.value for dot in shown.good] or [span.value for span in shown.spans]
    if not values:
        return wording.say("point-none")
    words = wording.say("point-desc", *(written(value) for value in (min(values), max(values), values[-1])))
    gaps = wording.say("chart-gaps", str(runs - 1)) if runs > 1 else ""
    doubts = wording.count("point-doubts", len(shown.doubtful)) if shown.doubtful else ""
    return " ".join(filter(None, (words, gaps, doubts)))
