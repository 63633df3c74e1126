"""The city around a decision: the samples of all points, and which other alerts fire."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import structs

from services.rules_engine.domain.alert import AlertState, Declared
from services.rules_engine.domain.book import Key, RuleBook
from services.rules_engine.domain.inputs.members import Among
from services.rules_engine.domain.preparing import CompiledRule
from services.rules_engine.domain.sample import Sample
from services.rules_engine.domain.scene import Scene
from services.rules_engine.domain.selecting import Subject
from services.rules_engine.domain.series import Series
from services.rules_engine.domain.spans import moment_of, stamp
from services.rules_engine.domain.unless import Unless

PointSeries = dict[str, Series]


class Surroundings:
    """Samples by point and property, kept as deep as the rules of the book need them.

    Args:
        fires: whether an alert fires now.
        series: of points that are known already; added to in place.
        declared: alerts that fire without being played, wherever they are asked for.
    """

    def __init__(
        self,
        book: RuleBook,
        fires: Callable[[Key], bool],
        series: dict[str, PointSeries] | None = None,
        declared: Sequence[Declared] = (),
    ) -> None:
        self.dropped: dict[tuple[str, str], datetime] = {}
        """Series of which something was dropped, with the moment from which on it is kept."""
        self._book = book
        self._fires = fires
        self._series = {} if series is None else series
        self._declared = declared

    def add(self, point: str, name: str, sample: Sample) -> bool:
        """Keep a sample and drop what no rule reads any more; whether it is newer than all others of its series."""
        known = self._series.setdefault(point, {})
        series = known.get(name)
        if series is None:
            series = known[name] = Series()
        depth = self._book.depth(point, name)
        if series.reaches(depth.span, depth.samples) and stamp(sample.time) < series.times[0]:
            # A year of history may come at once, for a rule that reads an hour.
            self.dropped[point, name] = moment_of(series.times[0])
            return False
        newest = series.add(sample)
        if series.keep(depth.span, depth.samples):
            self.dropped[point, name] = moment_of(series.times[0])
        return newest

    def of_point(self, point: str) -> Mapping[str, Series]:
        """The samples of a point."""
        return self._series.get(point, {})

    def scene(self, rule: CompiledRule, subject: Subject, at: datetime, now: datetime) -> Scene:
        """What a rule sees of a point or a group."""
        grouped = rule.rule.grouping is not None
        return Scene(
            kind=rule.kind,
            point=None if grouped else self._book.points[subject.id],
            series={} if grouped else self.of_point(subject.id),
            at=at,
            now=now,
            zone=subject.zone,
            subject=subject.id,
            own=subject.points if grouped else (),
            rule=rule.rule.id,
            city=self,
        )

    def members(self, scene: Scene, among: Among) -> Sequence[Scene]:
        """The points that a question to several is put to, seen at the moment of the scene."""
        subject = self._book.subject(scene.rule, scene.subject)
        return [self._member(point, scene) for point in self._book.selected(among, subject)]

    def _member(self, name: str, scene: Scene) -> Scene:
        point = self._book.points[name]
        return Scene(
            kind=self._book.kinds[point.kind],
            point=point,
            series=self.of_point(name),
            at=scene.at,
            now=scene.now,
            zone=point.zone,
            cut=scene.cut,
            since=scene.since if scene.unheard is None else scene.unheard.get(name, scene.since),
            subject=name,
        )

    def fires(self, scene: Scene, unless: Unless) -> bool:
        """Whether an alert fires to which the rule gives way."""
        if any(each.fires(unless.rule, scene.now) for each in self._declared):
            return True
        blockers = self._book.blockers(self._book.rules[scene.rule], scene.subject, unless)
        return any(self._fires(key) for key in blockers)

    def newest(self, rule: CompiledRule, state: AlertState, scene: Scene) -> tuple[AlertState, Scene, bool]:
        """Event time of the newest sample that the rule reads, if it was not decided on before; else the clock's."""
        if rule.asks_silence:
            state = structs.replace(state, unheard=self._unheard(rule, state, scene))
            scene.unheard = state.unheard
        stamps = [series.times[-1] for series in self._read(rule, scene) if series.times]
        newest = moment_of(max(stamps)) if stamps else None
        if newest is None or (state.seen is not None and newest <= state.seen):
            return state, scene, False
        scene.at = min(newest, scene.now)
        return structs.replace(state, seen=newest), scene, True

    def _unheard(self, rule: CompiledRule, state: AlertState, scene: Scene) -> dict[str, datetime]:
        """The other points that never spoke; who is new among them is watched from now on."""
        subject = self._book.subject(rule.rule.id, scene.subject)
        points = {point for each in rule.correlated for point in self._book.selected(each.members[0], subject)}
        silent = (point for point in sorted(points) if not any(self.of_point(point).values()))
        return {point: state.unheard.get(point, scene.now) for point in silent}

    def _read(self, rule: CompiledRule, scene: Scene) -> Iterable[Series]:
        yield from (scene.series[name] for name in rule.properties if name in scene.series)
        subject = self._book.subject(rule.rule.id, scene.subject)
        for correlated in rule.correlated:
            among, needs = correlated.members
            for point in self._book.selected(among, subject):
                known = self.of_point(point)
                yield from (known[name] for name in needs if name in known)
