"""Every choice of points in a rule, with its place: those that it watches, and those that its conditions ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.rules_engine.domain.examining.branches import branches
from services.rules_engine.domain.operators import READERS
from services.rules_engine.domain.rule import Condition, Place, Rule, Selector
from services.rules_engine.domain.selectors import read_selector
from shared.problems import Problem


@dataclass(frozen=True)
class Selection:
    """A choice of points.

    Attributes:
        watched: the rule is about these points; else a condition asks them.
    """

    selector: Selector
    place: Place
    watched: bool = False

    def parts(self) -> Iterator[tuple[Selector, Place]]:
        """The selector and all within it."""
        yield from _parts(self.selector, self.place)


def selections(rule: Rule) -> Iterator[Selection]:
    """Those of a rule, its own points first."""
    yield Selection(rule.for_each, rule.place.at(rule.watched_by), watched=True)
    for condition in conditions(rule):
        yield from _asked(condition)


def conditions(rule: Rule) -> Iterator[Condition]:
    """Everything in a rule that is written as a condition."""
    yield from rule.let.values()
    for level in rule.levels:
        yield from (condition for _, condition in level.conditions)


def _asked(condition: Condition) -> Iterator[Selection]:
    document = condition.place.document
    for branch, path in branches(condition.tree, condition.place.path):
        for name, operand in branch.items():
            if name in READERS and isinstance(operand, dict) and "of" in operand:
                place = Place(document, (*path, name, "of"))
                problems: list[Problem] = []
                selector = read_selector(place, problems)
                if selector is not None and not problems:
                    yield Selection(selector, place)


def _parts(selector: Selector, place: Place) -> Iterator[tuple[Selector, Place]]:
    yield selector, place
    for key, inner in (("and", selector.all_of), ("or", selector.any_of), ("not", selector.none_of)):
        for index, each in enumerate(inner):
            yield from _parts(each, _inner(place, key, index))


def _inner(place: Place, key: str, index: int) -> Place:
    """Where one of several choices stands; each may be alone, without a list."""
    listed = place.at(key, index)
    return listed if listed.path in place.document.spans else place.at(key)
