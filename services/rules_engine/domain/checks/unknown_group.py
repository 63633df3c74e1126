"""unknown-group: a rule lights a group, or one of an area, that doesn't exist."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from services.rules_engine.domain.checks.check import Check, RuleUnderCheck
from services.rules_engine.domain.rule import Place
from shared.documents import did_you_mean
from shared.problems import Problem

SLUG: Final = "unknown-group"


def find(subject: RuleUnderCheck) -> Iterator[Problem]:
    for _, _, action, place in subject.rule.lights:
        if action.area is not None:
            yield from _unless_known("area", action.area, subject.known.areas, place)
        else:
            yield from _unless_known("group", action.group, subject.known.groups, place)
    place, group = subject.rule.place, subject.rule.for_each.group
    if group is not None:
        watched = Place(place.document, (*place.path, subject.rule.watched_by))
        yield from _unless_known("group", group, subject.known.groups, watched)


def _unless_known(sort: str, name: str, known: Collection[str], place: Place) -> Iterator[Problem]:
    if name not in known:
        hint = did_you_mean(name, known) or f"there are: {', '.join(sorted(known))}"
        yield place.problem(SLUG, f"no {sort} '{name}'", sort, hint=hint)


CHECK: Final = Check(SLUG, find, ("inventory",))
