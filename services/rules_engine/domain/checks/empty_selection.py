"""empty-selection: ``for_each`` or ``across`` takes no point, so the rule would watch nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.rules_engine.domain.checks.check import Check, Known, RuleUnderCheck
from services.rules_engine.domain.rule import Place, Selector
from services.rules_engine.domain.selecting import subjects
from shared.documents import did_you_mean
from shared.model.registry import Inventory
from shared.problems import Problem

SLUG: Final = "empty-selection"


def find(subject: RuleUnderCheck) -> Iterator[Problem]:
    rule, selector = subject.rule, subject.rule.for_each
    place = Place(rule.place.document, (*rule.place.path, rule.watched_by))
    faults = list(_names(selector, place, subject.known))
    yield from faults
    # An unknown kind or group has a check of its own; said once is enough.
    nameless = selector.kind in subject.known.kinds and selector.group in (None, *subject.known.groups)
    if not faults and nameless and not subjects(rule, subject.known.inventory or Inventory()):
        hint = f"leave out a part of {rule.watched_by}, or give the points this area, site, group or tag"
        yield place.problem(SLUG, "no point is of this kind and in all that is asked", hint=hint)


def _names(selector: Selector, place: Place, known: Known) -> Iterator[Problem]:
    if selector.area is not None and selector.area not in known.areas:
        hint = did_you_mean(selector.area, known.areas)
        yield place.problem(SLUG, f"no area '{selector.area}'", "area", hint=hint)
    if selector.site is not None and selector.site not in known.sites:
        yield place.problem(SLUG, f"no site '{selector.site}'", "site", hint=did_you_mean(selector.site, known.sites))
    points = known.points
    for index, point in enumerate(selector.points):
        if point not in points:
            hint = did_you_mean(point, points)
            yield place.problem(SLUG, f"no point '{point}'", "points", index, hint=hint)
    for key, inner in (("and", selector.all_of), ("or", selector.any_of), ("not", selector.none_of)):
        for index, each in enumerate(inner):
            yield from _names(each, _inner(place, key, index), known)


def _inner(place: Place, key: str, index: int) -> Place:
    """Where one of several choices stands; ``not:`` may have one alone, without a list."""
    listed = (*place.path, key, index)
    return Place(place.document, listed if listed in place.document.spans else listed[:-1])


CHECK: Final = Check(SLUG, find, ("inventory",))
