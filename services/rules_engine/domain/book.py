"""All rules that run, arranged by what they read: an observation touches only the rules that read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from services.rules_engine.domain.checks.check import Known
from services.rules_engine.domain.loading import duplicate_ids, load, without_duplicates
from services.rules_engine.domain.preparing import CompiledRule, prepare
from services.rules_engine.domain.rule import Rule
from services.rules_engine.domain.selecting import select
from shared.model.registry import Inventory, Point
from shared.problems import Problem


@dataclass(frozen=True)
class RuleBook:
    """The rules of one moment.

    Attributes:
        rules: by id.
        points: by id; those of the registry.
        problems: what keeps other rules from running.
    """

    rules: Mapping[str, CompiledRule]
    points: Mapping[str, Point]
    problems: tuple[Problem, ...]
    _watched: Mapping[str, frozenset[str]] = field(repr=False)
    _readers: Mapping[tuple[str, str], tuple[str, ...]] = field(repr=False)

    @property
    def is_complete(self) -> bool:
        """Whether every rule that is written runs; else one that seems to be gone may only be misspelt."""
        return not self.problems

    def reading(self, point: str, name: str) -> tuple[str, ...]:
        """Ids of the rules that read this property at this point."""
        return self._readers.get((point, name), ())

    def watches(self, rule: str, point: str) -> bool:
        """Whether the rule runs and watches the point."""
        return point in self._watched.get(rule, ())

    def watches_all(self) -> Iterator[tuple[str, str]]:
        """Every rule with every point that it watches."""
        return ((rule, point) for rule, points in self._watched.items() for point in points)

    def watched_points(self) -> frozenset[str]:
        """The points that any rule watches."""
        return frozenset().union(*self._watched.values())

    def watched(self, rule: str) -> frozenset[str]:
        """The points that a rule watches."""
        return self._watched.get(rule, frozenset())


def open_book(texts: Mapping[str, str], inventory: Inventory) -> RuleBook:
    """Read the rules of all files (text by name) for the points of an inventory; a rule with an error is left out."""
    loaded = [load(text, file, Known(inventory)) for file, text in sorted(texts.items())]
    rules = [rule for each in loaded for rule in each.rules]
    errors = [problem for each in loaded for problem in each.problems if problem.severity == "error"]
    compiled = _compiled(without_duplicates(rules), inventory)
    watched = {
        rule.rule.id: frozenset(point.id for point in select(rule.rule.for_each, inventory)) for rule in compiled
    }
    return RuleBook(
        rules={rule.rule.id: rule for rule in compiled},
        points={point.id: point for point in inventory.points},
        problems=(*errors, *duplicate_ids(rules)),
        _watched=watched,
        _readers=_readers(compiled, watched),
    )


def _compiled(rules: Iterable[Rule], inventory: Inventory) -> list[CompiledRule]:
    kinds = {kind.id: kind for kind in inventory.kinds}
    prepared = (prepare(rule, kinds[rule.for_each.kind]) for rule in rules if rule.for_each.kind in kinds)
    return [each.compiled for each in prepared if each.compiled is not None]


def _readers(
    rules: Iterable[CompiledRule], watched: Mapping[str, frozenset[str]]
) -> dict[tuple[str, str], tuple[str, ...]]:
    readers: dict[tuple[str, str], list[str]] = defaultdict(list)
    for rule in rules:
        for point in watched[rule.rule.id]:
            for name in rule.properties:
                readers[point, name].append(rule.rule.id)
    return {series: tuple(sorted(ids)) for series, ids in readers.items()}
