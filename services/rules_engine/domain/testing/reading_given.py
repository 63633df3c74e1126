"""Reads what is given in a test: when it begins, which points there are, and what is observed there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from services.rules_engine.domain.alert import Declared
from services.rules_engine.domain.fields import Fields, described
from services.rules_engine.domain.rule import Place, Rule
from services.rules_engine.domain.sample import Seen
from services.rules_engine.domain.selecting import select
from services.rules_engine.domain.spans import Span
from services.rules_engine.domain.testing.city import made_up, stand_in
from services.rules_engine.domain.testing.moments import WAYS, Clocks, read_date
from services.rules_engine.domain.testing.notation import MOST
from services.rules_engine.domain.testing.reading_series import SLUG, SeriesReader
from services.rules_engine.domain.testing.reading_times import read_moment, read_step
from services.rules_engine.domain.testing.series import Grid, Slot
from shared.documents import did_you_mean
from shared.errors import InputError
from shared.model.registry import Inventory, Kind, Point
from shared.problems import Problem

DEFAULT_START: Final = "2026-01-12 00:00"
"""A Monday."""

_GIVEN: Final = ("start", "step", "until", "points", "alerts")
_POINT: Final = ("step", "from")
_ALERT: Final = ("from", "to")


@dataclass
class Given:
    """What was read.

    Attributes:
        points: in the order of the author.
        last: when the last place of a series is, whether anything is observed there or not.
    """

    zone: ZoneInfo
    begin: datetime
    points: dict[str, Point] = field(default_factory=dict)
    observations: list[Seen] = field(default_factory=list)
    declared: list[Declared] = field(default_factory=list)
    last: datetime | None = None
    until: datetime | None = None

    def add(self, point: Point, name: str, slots: tuple[Slot, ...]) -> None:
        """Note a series."""
        self.points[point.id] = point
        for slot in slots:
            self.last = max(self.last or slot.arrives, slot.arrives)
            if slot.sample is not None:
                arrives = slot.arrives if slot.late > timedelta() else None
                self.observations.append(Seen(point.id, name, slot.sample, arrives))


class GivenReader:
    """Reads the mapping under ``given``."""

    def __init__(self, rule: Rule, whole: Inventory, problems: list[Problem]) -> None:
        self._rule = rule
        self._whole = whole
        self._kinds: Mapping[str, Kind] = {kind.id: kind for kind in whole.kinds}
        self._problems = problems
        self._own = stand_in(rule, whole)

    def read(self, place: Place) -> Given | None:
        """What is given; None if it is nothing. Faults are noted."""
        own = self._kinds[self._own.kind].properties if self._rule.grouping is None else {}
        fields = Fields(place, self._problems, (*_GIVEN, *own))
        if not fields.is_mapping:
            return None
        points = dict(self._points(fields))
        first = next(iter(points.values()), ((), self._own))[1]
        given = self._begun(fields, ZoneInfo(first.zone))
        clocks = Clocks(given.begin, given.zone)
        reader = self._reader(fields, clocks, given.begin, read_step(fields), self._own.kind)
        for name in own:
            if fields.has(name):
                given.add(self._own, name, reader.read(fields.at(name), own[name]))
        for place_of, point in points.values():
            self._of_point(place_of, point, given, fields)
        given.declared += self._alerts(fields, clocks)
        given.until = read_moment(fields, "until", clocks)
        self._require_something(fields, given)
        return given

    def _begun(self, fields: Fields, zone: ZoneInfo) -> Given:
        begin = read_date(DEFAULT_START, zone)
        written = fields.value("start")
        if fields.has("start"):
            try:
                begin = read_date(str(written), zone)
            except InputError as error:
                fields.fault("start", str(error), "start: 2026-01-10 00:00")
        return Given(zone, begin)

    def _reader(self, fields: Fields, clocks: Clocks, begin: datetime, step: Span | None, kind: str) -> SeriesReader:
        usual = Span(timedelta(seconds=self._kinds[kind].period_s))
        return SeriesReader(clocks, Grid(begin, step or usual, clocks.zone), self._problems)

    def _points(self, fields: Fields) -> Iterator[tuple[str, tuple[Place, Point]]]:
        """The points under ``points``; several ids with commas are several points of which the same is given."""
        written = fields.value("points")
        if not fields.has("points"):
            return
        if not isinstance(written, dict) or not written:
            hint = f"points: {{{self._own.id}: {{...}}}}"
            fields.fault("points", f"'points' is {described(written)}; it must give points by their ids", hint)
            return
        for names in written:
            for name in names.split(","):
                point = self._point(name.strip(), fields.at("points", names))
                if point is not None:
                    yield point.id, (fields.at("points", names), point)

    def _point(self, name: str, place: Place) -> Point | None:
        known = {point.id: point for point in self._whole.points}
        if name in known:
            return known[name]
        if not known:
            return made_up(name, self._rule.for_each)
        watched = [point.id for point in select(self._rule.for_each, self._whole)]
        hint = did_you_mean(name, known) or (f"the rule watches {', '.join(watched[:3])}..." if watched else None)
        self._problems.append(place.document.problem(place.path, SLUG, f"no point '{name}'", hint, key=True))
        return None

    def _of_point(self, place: Place, point: Point, given: Given, outer: Fields) -> None:
        kind = self._kinds[point.kind]
        fields = Fields(place, self._problems, (*_POINT, *kind.properties))
        given.points[point.id] = point
        clocks = Clocks(given.begin, given.zone)
        begin = read_moment(fields, "from", clocks) or given.begin
        step = read_step(fields) or read_step(outer)
        reader = self._reader(fields, clocks, begin, step, point.kind)
        for name, known in kind.properties.items():
            if fields.has(name):
                given.add(point, name, reader.read(fields.at(name), known))

    def _alerts(self, fields: Fields, clocks: Clocks) -> Iterator[Declared]:
        """The alerts of other rules under ``alerts``: from when to when each fires."""
        written = fields.value("alerts")
        if not fields.has("alerts"):
            return
        if not isinstance(written, dict):
            hint = "alerts: {gemapi.huveaune.alerte: {from: 1 h, to: 3 h}}"
            fields.fault("alerts", f"'alerts' is {described(written)}; it must give rules by their ids", hint)
            return
        for rule, spans in written.items():
            place = fields.at("alerts", rule)
            self._require_named(rule, place)
            places = [place.below(index) for index in range(len(spans))] if isinstance(spans, list) else [place]
            yield from (self._alert(rule, each, clocks) for each in places)

    def _require_named(self, rule: str, place: Place) -> None:
        known = [each.rule for each in self._rule.unless]
        if rule not in known:
            hint = did_you_mean(rule, known) or (f"it names {', '.join(known)}" if known else None)
            message = f"the rule does not give way to '{rule}'"
            self._problems.append(place.document.problem(place.path, SLUG, message, hint, key=True))

    def _alert(self, rule: str, place: Place, clocks: Clocks) -> Declared:
        if place.value is True:
            return Declared(rule, clocks.begin)
        fields = Fields(place, self._problems, _ALERT)
        begin = read_moment(fields, "from", clocks) or clocks.begin
        return Declared(rule, begin, read_moment(fields, "to", clocks, begin))

    def _require_something(self, fields: Fields, given: Given) -> None:
        if not given.points and not fields.has("points"):
            self._say_what_to_give(fields)
        elif given.points and given.last is None and given.until is None:
            hint = "until: 3 h"
            self._problems.append(fields.place.problem(SLUG, "nothing is given, nor how long to wait", hint=hint))
        if len(given.observations) > MOST:
            self._problems.append(fields.place.problem(SLUG, f"a test has at most {MOST} values"))
        if given.until is not None and given.last is not None and given.until < given.last:
            fields.fault("until", "the test would end before its last value", f"a later moment: {WAYS}")

    def _say_what_to_give(self, fields: Fields) -> None:
        kind = self._kinds[self._own.kind]
        name = next(iter(kind.properties), "level")
        if self._rule.grouping is None:
            message = "nothing is given to observe"
            hint = f"one of {', '.join(kind.properties)}; for example {name}: [1, 2 x3]"
        else:
            message = "this rule is about several points: say what is observed at which"
            hint = f"points: {{{self._own.id}: {{{name}: [...]}}, ...}}"
        self._problems.append(fields.place.problem(SLUG, message, hint=hint))
