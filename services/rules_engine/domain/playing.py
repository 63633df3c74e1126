"""Plays observations through rules in a small city of its own: what would have been told, when, and why.

Tests of rules, dry runs and backtests are this loop: the next instant is that of the next observation or of the next
due step; all observations of an instant come first, then what reads several points, then what the clock is due to
change. Nothing here knows what time it is.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from msgspec import structs

from services.rules_engine.domain.advancing import advance
from services.rules_engine.domain.alert import AlertState, Change, Declared, Phase, Transition
from services.rules_engine.domain.book import Key, RuleBook
from services.rules_engine.domain.correcting import correct
from services.rules_engine.domain.sample import Seen
from services.rules_engine.domain.scene import Scene
from services.rules_engine.domain.surroundings import Surroundings


@dataclass(frozen=True)
class Event:
    """What became of an alert of a rule, with what was to be seen then."""

    key: Key
    transition: Transition
    scene: Scene = field(repr=False, compare=False)

    @property
    def rule(self) -> str:
        return self.key[0]

    @property
    def subject(self) -> str:
        return self.key[1]


class Play:
    """A city in which rules are decided; it remembers its states and samples from one call to the next.

    Args:
        declared: alerts of other rules, of which is said when they fire.
    """

    def __init__(self, book: RuleBook, declared: Sequence[Declared] = ()) -> None:
        self.states: dict[Key, AlertState] = {}
        self._book = book
        self._surroundings = Surroundings(book, self._fires, declared=declared)
        # A subject of no name stands for all that wait until an alert of the rule ends.
        ends = [(each.end, (each.rule, "")) for each in declared if each.end is not None]
        self._due: list[tuple[datetime, Key]] = sorted(ends)
        self._begun = False

    def run(self, observations: Iterable[Seen], until: datetime, since: datetime | None = None) -> Iterator[Event]:
        """Play observations (in any order) and the clock to an end, included; what happened, in order.

        Args:
            since: when the rules begin to watch; None: with the first observation.
        """
        ordered = sorted(observations, key=lambda seen: (seen.moment, seen.sample.time, seen.point, seen.name))
        if not self._begun:
            self._begun = True
            yield from self._decide_all(self._at_first(), since or (ordered[0].moment if ordered else until))
        for moment, some in groupby(ordered, key=lambda seen: seen.moment):
            if moment > until:
                break
            yield from self._tick_before(moment)
            yield from self._take(list(some), moment)
        yield from self._tick_until(until)

    @property
    def due(self) -> datetime | None:
        """When the clock comes next; None: nothing waits for it."""
        return self._due[0][0] if self._due else None

    def state(self, rule: str, subject: str) -> AlertState:
        """What the rule remembers."""
        return self.states.get((rule, subject), AlertState())

    def scene(self, key: Key, at: datetime, now: datetime) -> Scene:
        """What a rule sees of its subject."""
        return self._surroundings.scene(self._book.rules[key[0]], self._book.subject(*key), at, now)

    def look_again(self, key: Key, now: datetime) -> None:
        """Have what waits to fire be decided when the clock goes on, at this moment."""
        state = self.state(*key)
        if state.phase is Phase.PENDING:
            self.states[key] = structs.replace(state, due_at=now)
            heapq.heappush(self._due, (now, key))

    def _at_first(self) -> list[Key]:
        return [key for key in self._book.watches_all() if self._book.rules[key[0]].turns]

    def _take(self, some: Sequence[Seen], moment: datetime) -> Iterator[Event]:
        """All observations of one instant of arrival, each instant of observation for itself."""
        dirty, corrected = set[Key](), set[Key]()
        for time, instant in groupby(some, key=lambda seen: seen.sample.time):
            touched: dict[str, set[str]] = defaultdict(set)
            for seen in instant:
                decides = self._surroundings.add(seen.point, seen.name, seen.sample) and not self._is_late(seen)
                readers = self._book.readers(seen.point, seen.name)
                dirty.update(readers.others)
                if decides:
                    touched[seen.point].update(readers.own)
                else:
                    corrected.update((rule, seen.point) for rule in readers.own)
                    self._correct(seen.point, readers.own, time, moment)
            for point in sorted(touched):
                for rule in sorted(touched[point]):
                    corrected.discard((rule, point))
                    yield from self._decide((rule, point), time, moment, fresh=True)
        yield from self._decide_all(sorted(corrected), moment)
        yield from self._decide_all(sorted(dirty), moment)

    def _correct(self, point: str, rules: Iterable[str], time: datetime, now: datetime) -> None:
        for key in ((rule, point) for rule in rules):
            if state := self.states.get(key):
                self.states[key] = correct(self._book.rules[key[0]], state, self.scene(key, time, now))

    def _is_late(self, seen: Seen) -> bool:
        """Whether it came too late to decide anything: it is history only."""
        if seen.arrives is None or seen.point not in self._book.points:
            return False
        kind = self._book.kinds[self._book.points[seen.point].kind]
        return (seen.arrives - seen.sample.time).total_seconds() > kind.max_delay_s

    def _decide_all(self, keys: Iterable[Key], now: datetime) -> Iterator[Event]:
        for key in keys:
            yield from self._decide(key, now, now, fresh=False)

    def _tick_before(self, moment: datetime) -> Iterator[Event]:
        while self._due and self._due[0][0] < moment:
            yield from self._tick(*heapq.heappop(self._due))

    def _tick_until(self, moment: datetime) -> Iterator[Event]:
        while self._due and self._due[0][0] <= moment:
            yield from self._tick(*heapq.heappop(self._due))

    def _tick(self, due: datetime, key: Key) -> Iterator[Event]:
        if not key[1]:
            self._wake(key[0], due)
        elif self.states.get(key, AlertState()).due_at == due:
            yield from self._decide(key, due, due, fresh=False)

    def _decide(self, key: Key, at: datetime, now: datetime, *, fresh: bool) -> Iterator[Event]:
        rule = self._book.rules[key[0]]
        state = self.states.get(key, AlertState())
        scene = self.scene(key, at, now)
        if rule.reads_others:
            state, scene, fresh = self._surroundings.newest(rule, state, scene)
        step = advance(rule, state, scene, fresh=fresh)
        self.states[key] = step.state
        if step.state.due_at is not None and step.state.due_at != state.due_at:
            heapq.heappush(self._due, (step.state.due_at, key))
        for transition in step.transitions:
            yield Event(key, transition, transition.scene or scene)
            if transition.kind is Change.RESOLVED:
                self._wake(key[0], now)

    def _wake(self, rule: str, now: datetime) -> None:
        """Rules that gave way to one that ended look again at once."""
        for waiting in self._book.waiting_for.get(rule, ()):
            for subject in self._book.subjects(waiting):
                self.look_again((waiting, subject), now)

    def _fires(self, key: Key) -> bool:
        return bool(self.states.get(key, AlertState()).firing)


def play(book: RuleBook, observations: Iterable[Seen], until: datetime, since: datetime | None = None) -> list[Event]:
    """Everything that would have happened."""
    return list(Play(book).run(observations, until, since))
