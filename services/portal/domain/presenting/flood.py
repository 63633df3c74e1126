"""The river section: one large curve of the gauge that rules watch, the others beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from services.portal.domain.answers import Rule, Sample
from services.portal.domain.chart import Dot, Frame
from services.portal.domain.pages import page_of_point
from services.portal.domain.presenting.curve import Curve, Level, Look, draw
from services.portal.domain.presenting.extremes import Row, daily_rows, rise_over_last_hour
from services.portal.domain.severity import Tone, tone_of
from services.portal.domain.snapshot import Snapshot
from services.portal.domain.wording import Wording
from shared.model.observations import Quality
from shared.model.registry import Kind, Point
from shared.units import convert, convertible

KIND: Final = "water-level"
PROPERTY: Final = "level"
LONGEST: Final = timedelta(days=7)
_SHORTEST: Final = timedelta(days=1)
_QUARTER: Final = timedelta(minutes=15)

_WIDE: Final = Look(Frame(900, 372, 56, 14, 14, 30), most_values=6, most_days=8, detailed=True)
_NARROW: Final = Look(Frame(358, 300, 44, 8, 12, 28), most_values=5, most_days=3, detailed=True)
_SMALL: Final = Look(Frame(260, 64, 2, 6, 5, 3), most_values=2, most_days=0, detailed=False)


@dataclass(frozen=True)
class Station:
    """A gauge as it is shown. ``curves``: the same series for wide and narrow screens, or one small one."""

    point: str
    address: str
    title: str
    latest: str
    when: str
    rise: str | None
    highest: str
    tone: Tone
    crossed: str | None
    origin: str | None
    curves: tuple[Curve, ...]
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Flood:
    """The section. ``known``: telemetry answered."""

    known: bool
    main: Station | None = None
    others: tuple[Station, ...] = ()


def present(snapshot: Snapshot, wording: Wording, most: int | None = None) -> Flood:
    """The river section of a snapshot, with at most so many gauges."""
    if snapshot.series is None:
        return Flood(known=False)
    kind = next((kind for kind in snapshot.inventory.kinds if kind.id == KIND), None)
    points = [point for point in gauges(snapshot) if snapshot.series.get(point.id)][:most]
    if kind is None or not points:
        return Flood(known=True)
    end = _rounded_up(snapshot.now)
    firsts = [samples[0].time for samples in snapshot.series.values() if samples]
    start = max(end - LONGEST, min(*firsts, end - _SHORTEST))
    shown = _Shown(snapshot, wording, kind, start, end)
    return Flood(True, shown.station(points[0], large=True), tuple(shown.station(point) for point in points[1:]))


def present_highest(snapshot: Snapshot, wording: Wording) -> Flood:
    """Only the gauge at the head."""
    return present(snapshot, wording, most=1)


def gauges(snapshot: Snapshot) -> list[Point]:
    """The gauges: those that rules watch first, the one furthest above its highest threshold, or nearest, at the head.

    Of the others first those that stand where a group is lit; then as in the registry.
    """
    inventory = snapshot.inventory
    watched = {name for rule in snapshot.rules or () if _levels_of(rule) for name in rule.points or ()}
    grouped = {name for group in inventory.groups for name in group.points}
    lit = {area for point in inventory.points if point.id in grouped for area in point.areas}
    found = [point for point in inventory.points if point.kind == KIND and point.retired is None]
    return sorted(
        found,
        key=lambda point: (point.id not in watched, -_height_of_alert(snapshot, point), lit.isdisjoint(point.areas)),
    )


def _height_of_alert(snapshot: Snapshot, point: Point) -> float:
    """The newest level as a part of the highest threshold; 0 where there is none of them."""
    samples = (snapshot.series or {}).get(point.id)
    marks = levels(snapshot.rules or (), point.id, alone=False)
    return samples[-1].value / marks[-1].value if samples and marks and marks[-1].value > 0 else 0.0


def _levels_of(rule: Rule) -> list[tuple[float, str]]:
    told = [(item.value, item.unit) for item in rule.thresholds if item.property == PROPERTY]
    return [(value, unit) for value, unit in told if convertible(unit, "m")]


def levels(rules: Sequence[Rule], point: str, *, alone: bool) -> tuple[Level, ...]:
    """The thresholds in metres of the rules that watch a point, lowest first, each once.

    Args:
        alone: count rules that don't tell their points too: the point is the one that they are about.
    """
    found: dict[float, Level] = {}
    for rule in rules:
        if point in rule.points if rule.points is not None else alone:
            heights = [convert(value, unit, "m") for value, unit in _levels_of(rule)]
            tone = tone_of(rule.severity, rule.criticality)
            for height in heights:
                found.setdefault(height, Level(height, rule.title, tone, minor=height < max(heights)))
    return tuple(found[height] for height in sorted(found))


def _rounded_up(moment: datetime) -> datetime:
    floor = moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
    return floor if floor == moment else floor + _QUARTER


@dataclass(frozen=True)
class _Shown:
    """What all stations of one presentation share."""

    snapshot: Snapshot
    wording: Wording
    kind: Kind
    start: datetime
    end: datetime

    def station(self, point: Point, *, large: bool = False) -> Station:
        wording, zone = self.wording, ZoneInfo(point.zone)
        samples = [item for item in (self.snapshot.series or {})[point.id] if item.time >= self.start]
        samples = samples or list((self.snapshot.series or {})[point.id][-1:])
        good = [Dot(item.time, item.value) for item in samples if item.quality == Quality.GOOD]
        shown = good or [Dot(item.time, item.value) for item in samples]
        marks = levels(self.snapshot.rules or (), point.id, alone=large)
        crossed = [mark for mark in marks if not mark.minor and shown[-1].value >= mark.value]
        highest = max(shown, key=lambda dot: dot.value)
        rise = rise_over_last_hour(good)
        return Station(
            point=point.id,
            address=page_of_point(point.id).address(wording.language),
            title=point.title,
            latest=self._height(shown[-1].value),
            when=wording.moment(shown[-1].time, zone),
            rise=None if rise is None else wording.say("rise", self._signed(rise)),
            highest=wording.say("highest-here", self._height(highest.value), wording.moment(highest.time, zone)),
            tone=crossed[-1].tone if crossed else Tone.CALM,
            crossed=crossed[-1].title if crossed else None,
            origin=_origin(point, wording),
            curves=self._curves(point, samples, good, marks, large=large),
            rows=daily_rows(good, zone, wording, self._height) if large else (),
        )

    def _curves(
        self, point: Point, samples: Sequence[Sample], good: Sequence[Dot], marks: Sequence[Level], *, large: bool
    ) -> tuple[Curve, ...]:
        doubtful = [Dot(item.time, item.value) for item in samples if item.quality != Quality.GOOD]
        gap = timedelta(seconds=3 * self.kind.period_s)
        bounds = (self.start, self.end)
        looks = (_WIDE, _NARROW) if large else (_SMALL,)
        return tuple(draw(look, point, good, doubtful, marks, bounds, gap, self.wording) for look in looks)

    def _height(self, value: float) -> str:
        return self.wording.quantity(value, "m", self.kind.properties[PROPERTY].accuracy)

    def _signed(self, value: float) -> str:
        shown = round(value, 2) + 0.0  # no minus before a zero
        return f"+{self._height(shown)}" if shown > 0 else self._height(shown)


def _origin(point: Point, wording: Wording) -> str | None:
    if point.recording is None:
        return wording.say("simulated") if point.simulated else None
    return wording.say("recorded", point.recording.place, wording.pick(point.recording.period))
