"""All rules that run, arranged by what they read: an observation touches only the rules that read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property

from services.rules_engine.domain.checks.check import Known
from services.rules_engine.domain.inputs.input import Depth
from services.rules_engine.domain.inputs.members import Among
from services.rules_engine.domain.loading import (
    Loaded,
    broken_in,
    duplicate_ids,
    engine_fault,
    load,
    templates_in,
    together,
    without_duplicates,
)
from services.rules_engine.domain.preparing import CompiledRule, prepare
from services.rules_engine.domain.rule import Rule, Selector
from services.rules_engine.domain.selecting import Subject, select, subjects
from services.rules_engine.domain.unless import Unless, Where
from shared.model.registry import Inventory, Kind, Point
from shared.problems import Problem

Key = tuple[str, str]
"""Rule and subject: there is one alert state for each."""


@dataclass(frozen=True)
class Readers:
    """Who reads a property of a point.

    Attributes:
        own: rules that watch the point, decided at once.
        others: rules and subjects that read it among several points, decided once for each instant.
    """

    own: tuple[str, ...] = ()
    others: tuple[Key, ...] = ()


NOBODY = Readers()


@dataclass(frozen=True)
class RuleBook:
    """The rules of one moment.

    Attributes:
        rules: by id.
        points: by id; those of the registry.
        problems: what keeps other rules from running.
        doubts: what is wrong between rules that run all the same, such as a circle of ``unless``.
        broken: of each rule that is written and doesn't run, what keeps it from running.
        number: a book of newer rules or of a newer registry has a larger one; 0: it is the only one.
    """

    rules: Mapping[str, CompiledRule]
    points: Mapping[str, Point]
    problems: tuple[Problem, ...]
    inventory: Inventory = field(repr=False)
    _subjects: Mapping[str, Mapping[str, Subject]] = field(repr=False)
    doubts: tuple[Problem, ...] = ()
    broken: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    number: int = 0
    _selected: dict[Selector, tuple[str, ...]] = field(default_factory=dict, repr=False)
    _met: dict[Unless, Mapping[str, Collection[str]]] = field(default_factory=dict, repr=False)
    _blockers: dict[tuple[str, str, Unless], tuple[Key, ...]] = field(default_factory=dict, repr=False)

    @property
    def is_complete(self) -> bool:
        """Whether every rule that is written runs; else one that seems to be gone may only be misspelt."""
        return not self.problems

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        return {kind.id: kind for kind in self.inventory.kinds}

    def readers(self, point: str, name: str) -> Readers:
        """The rules that read this property at this point."""
        return self._readers.get((point, name), NOBODY)

    def subject(self, rule: str, subject: str) -> Subject:
        """What an alert of a rule is about."""
        return self._subjects[rule][subject]

    def subjects(self, rule: str) -> Iterable[str]:
        """The ids of all that a rule watches."""
        return self._subjects.get(rule, {}).keys()

    def watches(self, rule: str, subject: str) -> bool:
        """Whether the rule runs and watches the point or group."""
        return subject in self._subjects.get(rule, ())

    def watches_all(self) -> Iterator[Key]:
        """Every rule with everything that it watches."""
        return ((rule, subject) for rule, known in self._subjects.items() for subject in known)

    def watched(self, rule: str) -> frozenset[str]:
        """The points that a rule watches, each for itself or together."""
        return frozenset(point for subject in self._subjects.get(rule, {}).values() for point in subject.points)

    @cached_property
    def read_points(self) -> frozenset[str]:
        """The points that any rule reads."""
        return frozenset(point for point, _ in self._readers) | frozenset().union(*map(self.watched, self.rules))

    def reads(self, rule: str, subject: str) -> Iterator[str]:
        """The points that a rule reads to decide about one of its subjects."""
        there = self._subjects[rule][subject]
        yield from there.points
        for correlated in self.rules[rule].correlated:
            yield from self.selected(correlated.members[0], there)

    def series_of(self, key: Key) -> Iterator[tuple[str, str, Depth]]:
        """Every property of a point that a rule reads to decide about one of its subjects, and how much of it."""
        rule, there = self.rules[key[0]], self._subjects[key[0]][key[1]]
        if rule.rule.grouping is None:
            yield from ((there.id, name, depth) for name, depth in rule.needs.items())
        every = rule.rule.every
        longer = timedelta() if every is None else 2 * every.length + rule.stale_after
        for among, needs in (correlated.members for correlated in rule.correlated):
            for point in self.selected(among, there):
                yield from ((point, name, Depth(depth.span + longer, depth.samples)) for name, depth in needs.items())

    def only(self, keys: Iterable[Key]) -> RuleBook:
        """The same with these rules and subjects alone."""
        chosen: dict[str, dict[str, Subject]] = defaultdict(dict)
        for rule, subject in keys:
            chosen[rule][subject] = self._subjects[rule][subject]
        return replace(
            self, rules={name: self.rules[name] for name in chosen}, _subjects=dict(chosen), _met={}, _blockers={}
        )

    def series(self) -> Mapping[tuple[str, str], Depth]:
        """The series that the rules read, by point and property, and how much of each they need."""
        return self._depths

    def depth(self, point: str, name: str) -> Depth:
        """How much of a series its readers need."""
        return self._depths.get((point, name), Depth())

    def selected(self, among: Among, subject: Subject) -> Sequence[str]:
        """The points that a question to several is put to."""
        if among.own and subject.id not in self.points:
            return subject.points
        found = self._selected.get(among.selector)
        if found is None:
            found = tuple(point.id for point in select(among.selector, self.inventory))
            self._selected[among.selector] = found
        return found

    def blockers(self, rule: CompiledRule, subject: str, unless: Unless) -> Sequence[Key]:
        """The alerts that a rule gives way to, by where they must fire."""
        asked = (rule.rule.id, subject, unless)
        if asked not in self._blockers:
            meeting, places = self._meeting(unless), self._places(self._subjects[rule.rule.id][subject], unless.where)
            others = dict.fromkeys(other for place in places for other in meeting.get(place, ()))
            self._blockers[asked] = tuple((unless.rule, other) for other in others)
        return self._blockers[asked]

    @cached_property
    def waiting_for(self) -> Mapping[str, tuple[str, ...]]:
        """The rules that give way to each rule."""
        found: dict[str, list[str]] = defaultdict(list)
        for name, rule in self.rules.items():
            for unless in rule.rule.unless:
                found[unless.rule].append(name)
        return {name: tuple(others) for name, others in found.items()}

    def rank(self, rule: str) -> int:
        """At one moment rules of a lower rank speak first: those to which others give way, and so on."""
        return self._ranks.get(rule, 0)

    @cached_property
    def _ranks(self) -> Mapping[str, int]:
        ranks = dict.fromkeys(self.rules, 0)
        for _ in ranks:
            # In a circle, which a check finds, there is no first one; so this ends when there are as many as rules.
            higher = {
                name: 1 + max((ranks.get(unless.rule, 0) for unless in rule.rule.unless), default=-1)
                for name, rule in self.rules.items()
            }
            if higher == ranks:
                break
            ranks = higher
        return ranks

    def _meeting(self, unless: Unless) -> Mapping[str, Collection[str]]:
        """The subjects of a rule that others give way to, by what they must have in common with these."""
        if unless not in self._met:
            met: dict[str, list[str]] = defaultdict(list)
            for other in self._subjects.get(unless.rule, {}).values():
                for place in self._places(other, unless.where):
                    met[place].append(other.id)
            self._met[unless] = met
        return self._met[unless]

    def _places(self, subject: Subject, where: Where) -> Iterable[str]:
        """Where an alert about it is: at its points, and in their areas or at their sites; no two are spelt alike."""
        if where is Where.ANYWHERE:
            return ("anywhere",)
        points = [self.points[name] for name in subject.points]
        found = [f"point:{point.id}" for point in points]
        if where is Where.AREA:
            found += [f"area:{area}" for point in points for area in point.areas]
        elif where is Where.SITE:
            found += [f"site:{point.site}" for point in points if point.site is not None]
        return dict.fromkeys(found)

    @cached_property
    def _readers(self) -> Mapping[tuple[str, str], Readers]:
        own: dict[tuple[str, str], list[str]] = defaultdict(list)
        others: dict[tuple[str, str], list[Key]] = defaultdict(list)
        for key, point, name, _ in self._reads():
            if self.rules[key[0]].reads_others:
                others[point, name].append(key)
            else:
                own[point, name].append(key[0])
        return {
            series: Readers(tuple(sorted(set(own.get(series, ())))), tuple(sorted(set(others.get(series, ())))))
            for series in {*own, *others}
        }

    @cached_property
    def _depths(self) -> Mapping[tuple[str, str], Depth]:
        found: dict[tuple[str, str], Depth] = {}
        for _, point, name, depth in self._reads():
            found[point, name] = depth.widened(found.get((point, name), Depth()))
        return found

    def _reads(self) -> Iterator[tuple[Key, str, str, Depth]]:
        """Every rule and subject with every property of a point that it reads."""
        return ((key, *series) for key in self.watches_all() for series in self.series_of(key))


def open_book(texts: Mapping[str, str], inventory: Inventory) -> RuleBook:
    """Read the rules of all files (text by name) for the points of an inventory.

    A rule with an error of its own is left out, and so is the later one of two with one id. What else is wrong between
    rules is told, and stops none: a slip of one author is no reason to leave another's river unwatched.
    """
    known = Known(inventory, templates=templates_in(texts))
    loaded = [load(text, file, known) for file, text in sorted(texts.items())]
    rules = [rule for each in loaded for rule in each.rules]
    errors = [problem for each in loaded for problem in each.problems if problem.severity == "error"]
    twice = duplicate_ids(rules)
    doubts = [problem for problem in _together(loaded, known) if problem.severity == "error" and problem not in twice]
    book = book_of(without_duplicates(rules), inventory, (*errors, *twice), doubts)
    return replace(book, broken=broken_in(texts, loaded, book.rules))


def _together(loaded: Sequence[Loaded], known: Known) -> tuple[Problem, ...]:
    try:
        return together(loaded, known)
    except Exception as error:  # noqa: BLE001 - what is wrong between rules stops none, and neither does looking for it
        return tuple(engine_fault(rule.place, error) for each in loaded for rule in each.rules)[:1]


def book_of(
    rules: Iterable[Rule], inventory: Inventory, problems: Iterable[Problem] = (), doubts: Iterable[Problem] = ()
) -> RuleBook:
    """The book of rules that were read already."""
    kinds = {kind.id: kind for kind in inventory.kinds}
    compiled: dict[str, CompiledRule] = {}
    watched: dict[str, dict[str, Subject]] = {}
    faults: list[Problem] = []
    for rule in rules:
        try:
            ready = _ready(rule, kinds)
            found = {subject.id: subject for subject in subjects(rule, inventory)}
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this rule's alone
            faults.append(engine_fault(rule.place, error))
            continue
        if ready is not None:
            compiled[rule.id], watched[rule.id] = ready, found
    return RuleBook(
        rules=compiled,
        points={point.id: point for point in inventory.points},
        problems=(*problems, *faults),
        doubts=tuple(doubts),
        inventory=inventory,
        _subjects=watched,
    )


def _ready(rule: Rule, kinds: Mapping[str, Kind]) -> CompiledRule | None:
    """The rule as it runs, with all that the book asks it for worked out: what raises does so here."""
    if rule.for_each.kind not in kinds:
        return None
    compiled = prepare(rule, kinds).compiled
    if compiled is not None:
        _ = compiled.needs, compiled.turns, [each.members for each in compiled.correlated]
    return compiled
