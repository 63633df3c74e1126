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
from services.rules_engine.domain.spans import Span
from services.rules_engine.domain.testing.city import made_up, stand_in, watched
from services.rules_engine.domain.testing.moments import WAYS, Clocks, read_date
from services.rules_engine.domain.testing.notation import MOST
from services.rules_engine.domain.testing.reading_series import SLUG, SeriesReader
from services.rules_engine.domain.testing.reading_times import read_begin, read_moment, read_step
from services.rules_engine.domain.testing.series import Grid, Slot
from shared.documents import did_you_mean
from shared.errors import InputError
from shared.model.registry import Inventory, Kind, Point
from shared.problems import Problem

DEFAULT_START: Final = "2026-01-12 00:00"
"""A Monday."""

_GIVEN: Final = ("start", "step", "until", "points", "alerts")
_POINT: Final = ("step", "from")


@dataclass
class Given:
    """What was read.

    Attributes:
        points: in the order of the author.
        last: when the last place of a series is, whether anything is observed there or not.
    """

    clocks: Clocks
    points: dict[str, Point] = field(default_factory=dict)
    observations: list[Seen] = field(default_factory=list)
    declared: list[Declared] = field(default_factory=list)
    last: datetime | None = None
    until: datetime | None = None

    def add(self, point: Point, name: str, slots: tuple[Slot, ...]) -> None:
        """Note a series."""
        for slot in slots:
            self.last = max(self.last or slot.arrives, slot.arrives)
            if slot.sample is not None:
                arrives = slot.arrives if slot.late > timedelta() else None
                self.observations.append(Seen(point.id, name, slot.sample, arrives))


class GivenReader:
    """Reads the mapping under ``given``; ``problems`` are those of the test."""

    def __init__(self, rule: Rule, whole: Inventory, problems: list[Problem]) -> None:
        self._rule = rule
        self._known = {point.id: point for point in whole.points}
        self._watched = watched(rule, whole)
        self._kinds: Mapping[str, Kind] = {kind.id: kind for kind in whole.kinds}
        self._kind = self._kinds[rule.for_each.kind or ""]
        self._problems = problems

    def read(self, place: Place) -> Given | None:
        """What is given; None if it is nothing. Faults are noted."""
        own = {} if self._rule.grouping is not None else self._kind.properties
        fields = Fields(place, self._problems, (*_GIVEN, *own))
        if not fields.is_mapping:
            return None
        named = list(self._named(fields))
        others = [point for point in self._watched if point not in [each for _, each in named]]
        alone = stand_in(self._rule, others)
        given = Given(self._clocks(fields, ZoneInfo((named[0][1] if named else alone).zone)))
        step = read_step(fields)
        if self._rule.grouping is None and (not named or any(fields.has(name) for name in own)):
            named.insert(0, (fields, alone))
        for of_point, point in named:
            self._of_point(of_point, point, given, step)
        given.declared += self._alerts(fields, given.clocks)
        given.until = read_moment(fields, "until", given.clocks)
        if not self._problems:
            self._require_something(fields, given)
        return given

    def _clocks(self, fields: Fields, zone: ZoneInfo) -> Clocks:
        begin = read_date(DEFAULT_START, zone)
        if fields.has("start"):
            try:
                begin = read_date(str(fields.value("start")), zone)
            except InputError as error:
                fields.fault("start", str(error), "start: 2026-01-10 00:00")
        return Clocks(begin, zone)

    def _named(self, fields: Fields) -> Iterator[tuple[Fields, Point]]:
        """The points under ``points``; several ids with commas are several points of which the same is given."""
        written = fields.value("points")
        if not fields.has("points"):
            return
        if not isinstance(written, dict) or not written:
            hint = f"points: {{{stand_in(self._rule, self._watched).id}: {{...}}}}"
            fields.fault("points", f"'points' is {described(written)}; it must give points by their ids", hint)
            return
        for names in written:
            place = fields.at("points", names)
            found = [self._point(name.strip(), place) for name in names.split(",")]
            of_points = Fields(place, self._problems, self._allowed(found))
            if of_points.is_mapping:
                yield from ((of_points, point) for point in found if point is not None)

    def _allowed(self, points: list[Point | None]) -> set[str]:
        kinds = [self._kind if point is None else self._kinds[point.kind] for point in points]
        return {*_POINT, *(name for kind in kinds for name in kind.properties)}

    def _point(self, name: str, place: Place) -> Point | None:
        if name in self._known:
            return self._known[name]
        if not self._known:
            return made_up(name, self._rule.for_each)
        some = ", ".join(point.id for point in self._watched[:3])
        hint = did_you_mean(name, self._known) or (f"the rule watches {some}..." if some else None)
        self._problems.append(place.document.problem(place.path, SLUG, f"no point '{name}'", hint, key=True))
        return None

    def _of_point(self, fields: Fields, point: Point, given: Given, outer: Span | None) -> None:
        kind = self._kinds[point.kind]
        given.points[point.id] = point
        begin = read_begin(fields, given.clocks) or given.clocks.begin
        step = read_step(fields) or outer or Span(timedelta(seconds=kind.period_s))
        reader = SeriesReader(given.clocks, Grid(begin, step, given.clocks.zone), self._problems)
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
            places = [place.at(index) for index in range(len(spans))] if isinstance(spans, list) else [place]
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
        fields = Fields(place, self._problems, ("from", "to"))
        begin = read_moment(fields, "from", clocks) or clocks.begin
        return Declared(rule, begin, read_moment(fields, "to", clocks, begin))

    def _require_something(self, fields: Fields, given: Given) -> None:
        if not given.points and not fields.has("points"):
            example = f"points: {{{stand_in(self._rule, self._watched).id}: {{{self._example}}}, ...}}"
            self._fault(fields, "this rule is about several points: say what is observed at which", example)
        elif given.last is None and given.until is None:
            hint = f"what is observed, as in {self._example}, or how long nothing is: until: 3 h"
            self._fault(fields, "nothing is given", hint)
        if len(given.observations) > MOST:
            self._fault(fields, f"a test has at most {MOST} values", None)
        if given.until is not None and given.last is not None and given.until < given.last:
            fields.fault("until", "the test would end before its last value", f"a later moment: {WAYS}")

    @property
    def _example(self) -> str:
        return f"{next(iter(self._kind.properties), 'level')}: [1, 2 x3]"

    def _fault(self, fields: Fields, message: str, hint: str | None) -> None:
        self._problems.append(fields.place.problem(SLUG, message, hint=hint))
