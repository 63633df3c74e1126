"""unknown-group: a rule lights, watches or asks a group that doesn't exist, or lights an area without lights."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from services.rules_engine.domain.checks.check import Check, RuleUnderCheck
from services.rules_engine.domain.examining.lights import lit_groups
from services.rules_engine.domain.examining.selections import selections
from services.rules_engine.domain.rule import Place
from shared.documents import did_you_mean
from shared.problems import Problem

SLUG: Final = "unknown-group"


def find(subject: RuleUnderCheck) -> Iterator[Problem]:
    known = subject.known
    for _, _, action, place in subject.rule.lights:
        if action.area is None:
            yield from _unless_known("group", action.group, known.groups, place)
            continue
        yield from _unless_known("area", action.area, known.areas, place)
        if action.area in known.areas and not lit_groups(action, known):
            hint = "name a group of luminaires, or an area in which there is one"
            yield place.problem(SLUG, f"no group has a luminaire in the area '{action.area}'", "area", hint=hint)
    for selection in selections(subject.rule):
        for selector, place in selection.parts():
            if selector.group is not None:
                yield from _unless_known("group", selector.group, known.groups, place)


def _unless_known(sort: str, name: str, known: Collection[str], place: Place) -> Iterator[Problem]:
    if name not in known:
        hint = did_you_mean(name, known) or f"there are: {', '.join(sorted(known))}"
        yield place.problem(SLUG, f"no {sort} '{name}'", sort, hint=hint)


CHECK: Final = Check(SLUG, find, ("inventory",))
