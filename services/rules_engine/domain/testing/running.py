"""Plays a test: the rule with the rules that it gives way to, in the city of the test, on the clock of the test."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.rules_engine.domain.advancing import trace
from services.rules_engine.domain.alert import AlertState, Change, Phase
from services.rules_engine.domain.book import RuleBook, book_of
from services.rules_engine.domain.decision import Trace
from services.rules_engine.domain.playing import Event, Play
from services.rules_engine.domain.preparing import CompiledRule
from services.rules_engine.domain.rendering import alert_changed, lighting_requests
from services.rules_engine.domain.rule import Rule, Severity
from services.rules_engine.domain.sample import Seen
from services.rules_engine.domain.steps import floored
from services.rules_engine.domain.testing.case import Case
from services.rules_engine.domain.testing.telling import Told, told
from services.rules_engine.domain.texts import Texts
from shared.model.alerts import AlertChanged
from shared.model.lighting import LightingAct, LightingRequested


@dataclass(frozen=True)
class Happened:
    """What became of an alert of the rule, and what was asked of others then.

    Attributes:
        at: when it was told, by the clock, UTC.
        change: RENEWED: only lights changed.
        told: to the notifier; None: only lights changed.
        trace: of the condition that decided.
        values: by the names of which the test says what they are to be.
    """

    at: datetime
    change: Change
    subject: str
    severity: Severity
    told: AlertChanged | None
    lights: tuple[LightingRequested, ...]
    trace: Trace | None = field(default=None, repr=False)
    values: Mapping[str, Told] = field(default_factory=dict)

    @property
    def teams(self) -> tuple[str, ...]:
        """Those that are told, each once."""
        return () if self.told is None else tuple(dict.fromkeys(request.team for request in self.told.notify))

    @property
    def held(self) -> tuple[LightingRequested, ...]:
        return tuple(each for each in self.lights if each.act is LightingAct.HOLD)

    @property
    def released(self) -> tuple[str, ...]:
        return tuple(each.group for each in self.lights if each.act is LightingAct.RELEASE)


@dataclass(frozen=True)
class Standing:
    """How an alert stands at a moment, after all that happens at it.

    Attributes:
        severity: of FIRING.
        trace: of the condition that decides.
    """

    at: datetime
    phase: Phase
    severity: Severity | None
    trace: Trace


@dataclass(frozen=True)
class Played:
    """What came of a test.

    Attributes:
        subjects: what the alerts of the rule are about: points or groups.
        unread: points of the test that no rule in it reads.
        standings: by subject, at the moments that were asked for.
    """

    rule: CompiledRule
    subjects: tuple[str, ...]
    unread: tuple[str, ...]
    happened: tuple[Happened, ...]
    standings: Mapping[str, tuple[Standing, ...]]


def play_case(case: Case, others: Mapping[str, Rule], *, every_step: bool = False) -> Played:
    """Play a test.

    Args:
        others: rules by id, among which are those that the rule gives way to.
        every_step: look at how the alert stands at every instant at which anything may change, too.
    """
    return _Performance(case, others).run(every_step=every_step)


class _Performance:
    def __init__(self, case: Case, others: Mapping[str, Rule]) -> None:
        self._case = case
        self._book = book_of(_cast(case, others), case.city)
        self._wide = _widened(self._book, case)
        self._rule = self._book.rules[case.rule.id]
        self._subjects = tuple(name for rule, name in self._book.watches_all() if rule == case.rule.id)
        self._play = Play(self._book, case.declared)
        self._ends = {each.end for each in case.declared if each.end is not None}
        self._names = {name for each in case.changes for name in each.values}

    def run(self, *, every_step: bool) -> Played:
        happened: list[Happened] = []
        standings: dict[str, list[Standing]] = {subject: [] for subject in self._subjects}
        for moment, seen in self._steps(every_step=every_step):
            happened += self._part(seen, moment)
            for subject in self._subjects:
                standings[subject].append(self._standing(subject, moment))
        unread = tuple(point for point in self._case.points if point not in self._book.read_points)
        kept = {subject: tuple(found) for subject, found in standings.items()}
        return Played(self._rule, self._subjects, unread, tuple(happened), kept)

    def _steps(self, *, every_step: bool) -> Iterator[tuple[datetime, list[Seen]]]:
        """The test in parts: a moment that is looked at, and what is observed until then."""
        seen = sorted(self._case.observations, key=lambda each: each.moment)
        times = [each.moment for each in seen]
        wanted = {each.at for each in self._case.states} | self._ends | {self._case.begin, self._case.end}
        if every_step:
            wanted |= {time for time in times if self._decides(time)} | {each.at for each in self._case.expected}
        done = 0
        for moment in self._moments(sorted(wanted), every_step=every_step):
            upto = bisect_right(times, moment)
            yield moment, seen[done:upto]
            done = upto

    def _decides(self, moment: datetime) -> bool:
        """Whether an observation can matter at once: a rule that decides for whole periods looks when one is over."""
        every = self._case.rule.every
        return every is None or floored(moment, every, str(self._case.zone)) == moment

    def _moments(self, wanted: Iterable[datetime], *, every_step: bool) -> Iterator[datetime]:
        """The moments that are wanted, and in between those at which the clock is due."""
        for moment in wanted:
            while every_step and self._play.due is not None and self._play.due < moment:
                yield self._play.due
            if moment <= self._case.end:
                yield moment

    def _part(self, seen: list[Seen], until: datetime) -> Iterator[Happened]:
        """What happens in a part; each is told at once, before later observations change what is to be seen."""
        for event in self._events(seen, until):
            happened = self._happened(event) if event.rule == self._case.rule.id else None
            if happened is not None:
                yield happened

    def _events(self, seen: list[Seen], until: datetime) -> Iterator[Event]:
        yield from self._play.run(seen, until, until)
        if until in self._ends:
            for subject in self._subjects:
                self._play.look_again((self._case.rule.id, subject), until)
            yield from self._play.run((), until, until)

    def _happened(self, event: Event) -> Happened | None:
        transition, scene = event.transition, event.scene
        subject = self._book.subject(*event.key)
        lights = lighting_requests(self._rule, transition, subject, self._wide)
        if transition.kind is Change.RENEWED and not (transition.begun or transition.left):
            return None
        return Happened(
            at=transition.decided_at,
            change=transition.kind,
            subject=event.subject,
            severity=self._severity(transition.after or transition.before),
            told=alert_changed(self._rule, transition, subject, scene, self._book),
            lights=lights,
            trace=transition.trace,
            values=told(Texts(self._rule, transition, subject, scene, self._book), self._names),
        )

    def _standing(self, subject: str, moment: datetime) -> Standing:
        state: AlertState = self._play.state(self._case.rule.id, subject)
        scene = self._play.scene((self._case.rule.id, subject), moment, moment)
        if self._case.rule.every is not None:
            scene = scene.as_of(floored(moment, self._case.rule.every, scene.zone))
        severity = self._severity(state.firing) if state.firing else None
        return Standing(moment, state.phase, severity, trace(self._rule, state, scene))

    def _severity(self, levels: tuple[int, ...]) -> Severity:
        return self._rule.levels[levels[-1] if levels else 0].level.severity


def _cast(case: Case, others: Mapping[str, Rule]) -> list[Rule]:
    """The rule and those that it gives way to, and so on, but for those of which the test says when they fire."""
    declared = {each.rule for each in case.declared}
    cast: dict[str, Rule] = {}
    waiting = [case.rule]
    while waiting:
        rule = waiting.pop()
        cast[rule.id] = rule
        wanted = (each.rule for each in rule.unless if each.rule not in declared)
        waiting += [others[name] for name in wanted if name in others and name not in cast]
    return list(cast.values())


def _widened(book: RuleBook, case: Case) -> RuleBook:
    """The book with all points of the inventory, among which are the luminaires that an area has."""
    points = {point.id: point for point in (*case.whole.points, *case.city.points)}
    return replace(book, inventory=case.whole, points=points)
