"""rule-loop: rules that give way to one another in a circle, or that light what makes them fire."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from services.rules_engine.domain.checks.check import Check, Known, RulesUnderCheck
from services.rules_engine.domain.examining.lights import lit_luminaires
from services.rules_engine.domain.examining.selections import selections
from services.rules_engine.domain.examining.unlesses import unlesses
from services.rules_engine.domain.rule import Place, Rule
from services.rules_engine.domain.selecting import select
from shared.problems import Problem

SLUG: Final = "rule-loop"
Edges = Mapping[str, Mapping[str, Place]]
"""From a rule to those that it leads to, each with the place where it does."""


def find(subject: RulesUnderCheck) -> Iterator[Problem]:
    for circle, place in circles(_giving_way(subject.rules)):
        message = f"{_told(circle, 'gives way to')}: where all of them hold, it is chance that decides"
        yield place.problem(SLUG, message, hint="leave one of these unless out")
    for circle, place in circles(_lighting(subject.rules, subject.known)):
        message = f"{_told(circle, 'lights lamps that are read by')}: light may begin and end it again and again"
        hint = "watch other points, or light other lamps"
        yield place.problem(SLUG, message, hint=hint, severity="warning")


def _giving_way(rules: Sequence[Rule]) -> Edges:
    return {rule.id: {unless.rule: place for unless, place in unlesses(rule)} for rule in rules}


def _lighting(rules: Sequence[Rule], known: Known) -> Edges:
    """A rule leads to those that read a luminaire which it commands."""
    lit = [
        (rule, place.at("area" if action.area else "group"), lit_luminaires(action, known))
        for rule in rules
        for _, _, action, place in rule.lights
    ]
    luminaires = frozenset().union(*(found for _, _, found in lit))
    read = {rule.id: luminaires & _read(rule, known) for rule in rules} if luminaires else {}
    edges: dict[str, dict[str, Place]] = {}
    for rule, place, found in lit:
        for reader, points in read.items():
            if points & found:
                edges.setdefault(rule.id, {}).setdefault(reader, place)
    return edges


def _read(rule: Rule, known: Known) -> frozenset[str]:
    return frozenset(point.id for selection in selections(rule) for point in select(selection.selector, known.city))


def _told(circle: Sequence[str], does: str) -> str:
    names = [f"'{name}'" for name in circle[1:]] + [f"'{circle[0]}'" if len(circle) > 1 else "itself"]
    return f"'{circle[0]}' {does} " + f", which {does} ".join(names)


def circles(edges: Edges) -> Iterator[tuple[tuple[str, ...], Place]]:
    """Ways that lead back to where they began, none with a rule of another; with the place of the first step."""
    done: set[str] = set()
    for start in sorted(edges):
        if start not in done and (circle := _way_back(start, edges, done)):
            done.update(circle)
            following = circle[1] if len(circle) > 1 else circle[0]
            yield circle, edges[circle[0]][following]


def _way_back(start: str, edges: Edges, done: set[str]) -> tuple[str, ...]:
    """The shortest way from a rule to itself, past those that are done with."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    for way in ways:
        for following in edges.get(way[-1], {}):
            if following == start:
                return way
            if following not in seen | done:
                seen.add(following)
                ways.append((*way, following))
    return ()


CHECK: Final = Check(SLUG, find, ("inventory",))
