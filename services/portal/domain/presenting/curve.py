"""A series made ready to be written as SVG: paths, ticks with their words, threshold lines, a description."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from services.portal.domain import chart
from services.portal.domain.chart import Dot, Frame, Place, Scale
from services.portal.domain.severity import Tone
from services.portal.domain.wording import Wording
from shared.model.registry import Point

_LABEL_HEIGHT = 15.0
_LEAST_SPAN_M = 0.5
_HOURS = (3, 6, 12)


@dataclass(frozen=True)
class Look:
    """How much a drawing shows: its frame, the most ticks of each axis, and whether it has axes at all."""

    frame: Frame
    most_values: int
    most_days: int
    detailed: bool


@dataclass(frozen=True)
class Level:
    """A threshold, metres, with the title of its rule. ``minor``: not the highest of its rule."""

    value: float
    title: str
    tone: Tone
    minor: bool = False


@dataclass(frozen=True)
class Tick:
    """A place on an axis; a text where it has one."""

    at: float
    text: str = ""


@dataclass(frozen=True)
class LevelLine:
    """A threshold in the drawing; its label may stand a little off the line."""

    at: float
    label_at: float
    text: str
    title: str
    tone: Tone
    minor: bool


@dataclass(frozen=True)
class Curve:
    """What the template writes.

    Attributes:
        id: unique on the page.
        lines, areas: SVG paths, one for each run without a gap.
        last: where the newest value stands.
        doubts: values that are shown and not believed.
    """

    id: str
    frame: Frame
    detailed: bool
    title: str
    description: str
    lines: tuple[str, ...]
    areas: tuple[str, ...]
    last: Place | None
    doubts: tuple[Place, ...]
    days: tuple[Tick, ...]
    values: tuple[Tick, ...]
    levels: tuple[LevelLine, ...]


def draw(
    look: Look,
    point: Point,
    good: Sequence[Dot],
    doubtful: Sequence[Dot],
    levels: Sequence[Level],
    bounds: tuple[datetime, datetime],
    longest_gap: timedelta,
    wording: Wording,
) -> Curve:
    """Draw a series between two moments; values that are not believed are marked, not joined."""
    zone = ZoneInfo(point.zone)
    marks = levels if look.detailed else ()
    ticks = _value_ticks([dot.value for dot in (*good, *doubtful)] + [mark.value for mark in marks], look)
    scale = Scale(look.frame, *bounds, ticks[0], ticks[-1])
    runs = chart.runs(good, longest_gap)
    drawn = [scale.places(run) for run in runs]
    decimals = (
        0 if all(tick == round(tick) for tick in ticks) else 1 if all(t * 10 == round(t * 10) for t in ticks) else 2
    )
    return Curve(
        id=f"{point.id}-{look.frame.width:g}",
        frame=look.frame,
        detailed=look.detailed,
        title=wording.say("chart-title", point.title, *(wording.moment(moment, zone) for moment in bounds)),
        description=_description(good, len(runs), zone, wording),
        lines=tuple(chart.line_path(places) for places in drawn),
        areas=tuple(path for places in drawn if (path := chart.area_path(places, look.frame.floor))),
        last=drawn[-1][-1] if drawn else None,
        doubts=tuple(scale.places(doubtful)),
        days=_day_ticks(scale, look, zone, wording) if look.detailed else (),
        values=tuple(Tick(scale.y(tick), f"{wording.number(tick, decimals)}\N{NO-BREAK SPACE}m") for tick in ticks),
        levels=_level_lines(scale, marks, wording),
    )


def _value_ticks(values: Sequence[float], look: Look) -> tuple[float, ...]:
    low, high = min(values, default=0.0), max(values, default=1.0)
    if high - low < _LEAST_SPAN_M:
        low, high = low - _LEAST_SPAN_M / 2, high + _LEAST_SPAN_M / 2
    if look.detailed:
        return chart.value_ticks(low, high + 0.04 * (high - low), look.most_values)
    return (low, high)


def _day_ticks(scale: Scale, look: Look, zone: ZoneInfo, wording: Wording) -> tuple[Tick, ...]:
    """Every midnight, and hours as close as there is room for their words; of many days only some have words."""
    midnights = chart.local_midnights(scale.start, scale.end, zone)
    named = dict.fromkeys(midnights, "")
    for every in _HOURS:
        moments = chart.local_hours(scale.start, scale.end, zone, every)
        if len(moments) <= look.most_days + 1:
            named |= {moment: wording.clock(moment, zone) for moment in moments}
            break
    spacing = -(-len(midnights) // look.most_days)
    named |= {moment: wording.day(moment, zone) for moment in midnights[::-1][::spacing]}
    room = scale.frame.end - 18
    return tuple(Tick(scale.x(at), text if scale.x(at) <= room else "") for at, text in sorted(named.items()))


def _level_lines(scale: Scale, levels: Sequence[Level], wording: Wording) -> tuple[LevelLine, ...]:
    places = [scale.y(level.value) for level in levels]
    wanted = [place - 4 for place in places]
    labels = chart.pushed_apart(wanted, _LABEL_HEIGHT, scale.frame.top + 8, scale.frame.floor - 4)
    return tuple(
        LevelLine(place, label, wording.quantity(level.value, "m", 0.01), level.title, level.tone, level.minor)
        for place, label, level in zip(places, labels, levels, strict=True)
    )


def _description(good: Sequence[Dot], number_of_runs: int, zone: ZoneInfo, wording: Wording) -> str:
    if not good:
        return wording.say("no-value")
    low, high = min(dot.value for dot in good), max(dot.value for dot in good)
    heights = [wording.quantity(value, "m", 0.01) for value in (low, high, good[-1].value)]
    words = wording.say("chart-desc", *heights, wording.moment(good[-1].time, zone))
    gaps = wording.say("chart-gaps", str(number_of_runs - 1)) if number_of_runs > 1 else ""
    return f"{words} {gaps}".strip()
