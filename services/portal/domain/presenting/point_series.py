"""A property of a point: its day and its week as drawings, and the day's values as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Final

from services.portal.domain.answers import Bucket, Sample
from services.portal.domain.chart import Dot
from services.portal.domain.presenting.curve import Level
from services.portal.domain.presenting.point_axis import Measure
from services.portal.domain.presenting.point_day import Bounds, ShownDay, clock_words, day_words
from services.portal.domain.presenting.point_drawing import Drawing, Look, Shown, Span, draw
from services.portal.domain.presenting.point_levels import levels
from services.portal.domain.presenting.point_told import DAY_S, Manner, Series, manner_of
from services.portal.domain.presenting.pointing import Pointing
from shared.model.observations import Quality
from shared.model.registry import Aggregation, Kind, Point, Property

_HOUR_S: Final = 3600.0
_COLUMNS: Final[Mapping[Aggregation, str]] = MappingProxyType(
    {
        "mean": "point-by-mean",
        "energy-mean": "point-by-energy-mean",
        "sum": "point-by-sum",
        "max": "point-by-max",
        "last": "point-by-last",
    }
)


@dataclass(frozen=True)
class Row:
    """An hour, or a day, in the table; ``value`` None: nothing was measured."""

    when: str
    value: str | None
    lowest: str | None
    highest: str | None
    count: str


@dataclass(frozen=True)
class Chart:
    """A drawing for wide and narrow screens under its heading. ``empty``: nothing was observed then."""

    heading: str
    drawings: tuple[Drawing, ...]
    empty: bool


@dataclass(frozen=True)
class Charted:
    """What is shown of a property.

    Attributes:
        charts: the day, if it is drawn, then the week; none: telemetry did not answer.
        column: what the table's values are; plain: they have no lowest and highest.
    """

    id: str
    title: str
    charts: tuple[Chart, ...]
    rows: tuple[Row, ...] = ()
    column: str = ""
    first_column: str = ""
    plain: bool = False
    doubts: str | None = None


@dataclass(frozen=True)
class Charting:
    """Draws a property of a point."""

    pointing: Pointing
    point: Point
    kind: Kind
    name: str
    shown: ShownDay
    told: Series

    @property
    def seen(self) -> Property:
        """What the kind says of it."""
        return self.kind.properties[self.name]

    @cached_property
    def manner(self) -> Manner:
        """How it is drawn."""
        return manner_of(self.kind, self.name)

    @cached_property
    def measure(self) -> Measure:
        """How its values are written."""
        return Measure(self.pointing, self.seen, self.manner.bars)

    @cached_property
    def levels(self) -> tuple[Level, ...]:
        """The thresholds of rules that watch the point."""
        return levels(self.pointing.snapshot.rules or (), self.point.id, self.name, self.seen.unit)

    def charted(self) -> Charted:
        """Everything about it."""
        wording, title = self.pointing.wording, self.pointing.wording.pick(self.seen.title)
        if self.told.week is None and self.told.samples is None and self.told.quarters is None:
            return Charted(self.name, title, ())
        daily = self.manner.week == "day"
        doubtful = len(_doubtful(self.told.samples or ()))
        return Charted(
            id=self.name,
            title=title,
            charts=tuple(self._chart(which) for which in self.manner.drawn),
            rows=self._rows(),
            column=wording.say(_COLUMNS[self.seen.aggregation]),
            first_column=wording.say("point-col-day" if daily else "col-from"),
            plain=self.manner.bars,
            doubts=wording.count("point-doubts", doubtful) if doubtful else None,
        )

    def _chart(self, which: str) -> Chart:
        wording, shown = self.pointing.wording, self._day() if which == "day" else self._week()
        since, until = shown.bounds
        edges = (since,) if which == "day" else (since, until - timedelta(seconds=1))
        days = [day_words(moment, self.shown.zone, wording) for moment in edges]
        heading = days[0] if which == "day" else wording.say("point-week", *days)
        title = wording.say("point-drawn", wording.pick(self.seen.title), heading)
        look = Look(f"{self.name}-{which}", title, self.measure, self.shown.zone, wording)
        return Chart(heading, draw(look, shown), not (shown.good or shown.spans or shown.doubtful))

    def _day(self) -> Shown:
        samples, period = self.told.samples or (), timedelta(seconds=self.kind.period_s)
        doubtful, good = _doubtful(samples), [item for item in samples if item.quality == Quality.GOOD]
        if self.manner.day == "samples" and self.manner.bars:
            spans = [Span(item.time - period, item.time, item.value) for item in good]
            return Shown(self.shown.bounds, spans=spans, doubtful=doubtful, levels=self._levels_of(self.kind.period_s))
        gap = max(3 * period, timedelta(minutes=2))
        if self.manner.day == "samples":
            dots = [Dot(item.time, item.value) for item in good]
            holds = self.seen.aggregation == "last"
            return Shown(self.shown.bounds, dots, (), doubtful, self.levels, gap, holds)
        if self.manner.day == "hour":
            return self._summed(self._hours(), self.shown.bounds, _HOUR_S)
        return self._line(self.told.quarters or (), self.shown.bounds, timedelta(minutes=15))

    def _week(self) -> Shown:
        found, is_daily = self.told.week or (), self.manner.week == "day"
        if self.manner.bars:
            return self._summed(found, self.shown.week, DAY_S if is_daily else _HOUR_S)
        return self._line(found, self.shown.week, timedelta(hours=1))

    def _summed(self, found: Sequence[Bucket], bounds: Bounds, width_s: float) -> Shown:
        spans = [Span(item.since, item.until, item.value) for item in found if item.value is not None]
        return Shown(bounds, spans=spans, levels=self._levels_of(width_s))

    def _line(self, found: Sequence[Bucket], bounds: Bounds, width: timedelta) -> Shown:
        dots = [Dot(item.since + width / 2, item.value) for item in found if item.value is not None]
        gap = max(3 * timedelta(seconds=self.kind.period_s), width)
        return Shown(bounds, dots, levels=self.levels, longest_gap=gap)

    def _levels_of(self, width_s: float) -> tuple[Level, ...]:
        """A rule compares single observations: its threshold has no place among sums of several."""
        return self.levels if width_s == self.kind.period_s else ()

    def _hours(self) -> tuple[Bucket, ...]:
        since, until = self.shown.bounds
        return tuple(item for item in self.told.week or () if since <= item.since < until)

    def _rows(self) -> tuple[Row, ...]:
        """None where nothing was measured at all."""
        found = (self.told.week or ()) if self.manner.week == "day" else self._hours()
        return tuple(map(self._row, found)) if any(item.count for item in found) else ()

    def _row(self, item: Bucket) -> Row:
        wording, zone = self.pointing.wording, self.shown.zone
        when = wording.day(item.since, zone) if self.manner.week == "day" else clock_words(item.since, zone, wording)
        value, lowest, highest = map(self._written, (item.value, item.minimum, item.maximum))
        return Row(when, value, lowest, highest, wording.number(item.count))

    def _written(self, value: float | None) -> str | None:
        return None if value is None else self.measure.written(value)


def _doubtful(samples: Sequence[Sample]) -> list[Dot]:
    return [Dot(item.time, item.value) for item in samples if item.quality != Quality.GOOD]
