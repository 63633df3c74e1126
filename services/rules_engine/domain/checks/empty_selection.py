"""empty-selection: ``for_each`` takes no point, so the rule would watch nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.rules_engine.domain.checks.check import Check, RuleUnderCheck
from services.rules_engine.domain.selecting import select
from shared.documents import did_you_mean
from shared.model.registry import Inventory
from shared.problems import Problem

SLUG: Final = "empty-selection"


def find(subject: RuleUnderCheck) -> Iterator[Problem]:
    rule, selector = subject.rule, subject.rule.for_each
    faults = list(_names(subject))
    yield from faults
    # An unknown kind or group has a check of its own; said once is enough.
    nameless = selector.kind in subject.known.kinds and selector.group in (None, *subject.known.groups)
    if not faults and nameless and not select(selector, subject.known.inventory or Inventory()):
        hint = "leave out a part of for_each, or give the points this area, group or tag"
        yield rule.place.problem(SLUG, "no point is of this kind and in all that is asked", "for_each", hint=hint)


def _names(subject: RuleUnderCheck) -> Iterator[Problem]:
    selector, place = subject.rule.for_each, subject.rule.place
    if selector.area is not None and selector.area not in subject.known.areas:
        hint = did_you_mean(selector.area, subject.known.areas)
        yield place.problem(SLUG, f"no area '{selector.area}'", "for_each", "area", hint=hint)
    points = subject.known.points
    for index, point in enumerate(selector.points):
        if point not in points:
            hint = did_you_mean(point, points)
            yield place.problem(SLUG, f"no point '{point}'", "for_each", "points", index, hint=hint)


CHECK: Final = Check(SLUG, find, ("inventory",))
