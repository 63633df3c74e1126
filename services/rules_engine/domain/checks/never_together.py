"""never-together: ``unless`` names a rule that is about other places, so the rule never gives way to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.rules_engine.domain.checks.check import Check, Known, RulesUnderCheck
from services.rules_engine.domain.examining.unlesses import unlesses
from services.rules_engine.domain.rule import Rule
from services.rules_engine.domain.selecting import select
from services.rules_engine.domain.unless import Where
from shared.model.registry import Point
from shared.problems import Problem

SLUG: Final = "never-together"


def find(subject: RulesUnderCheck) -> Iterator[Problem]:
    rules = {rule.id: rule for rule in subject.rules}
    for rule in subject.rules:
        for unless, place in unlesses(rule):
            other = rules.get(unless.rule)
            if other is not None and not _meet(rule, other, unless.where, subject.known):
                message = f"'{rule.id}' and '{other.id}' have no {unless.where} in common, so it never gives way"
                hint = f"say where the other fires: {{rule: {other.id}, at: {_wider(unless.where)}}}"
                yield place.problem(SLUG, message, hint=hint, severity="warning")


def _meet(rule: Rule, other: Rule, where: Where, known: Known) -> bool:
    if where is Where.ANYWHERE:
        return True
    here, there = (
        {place for point in select(each.for_each, known.city) for place in _places(point, where)}
        for each in (rule, other)
    )
    return bool(here & there)


def _places(point: Point, where: Where) -> tuple[str, ...]:
    if where is Where.POINT:
        return (point.id,)
    own = (point.id, *point.areas) if where is Where.AREA else (point.id, point.site)
    return tuple(place for place in own if place is not None)


def _wider(where: Where) -> str:
    return " or ".join(each for each in (Where.AREA, Where.SITE, Where.ANYWHERE) if each is not where)


CHECK: Final = Check(SLUG, find, ("inventory",))
