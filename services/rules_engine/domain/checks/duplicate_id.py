"""duplicate-id: two rules of one id. The one that stands first, by file and line, runs; the others are refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from services.rules_engine.domain.checks.check import Check, RulesUnderCheck
from services.rules_engine.domain.rule import Rule
from shared.problems import Problem

SLUG: Final = "duplicate-id"


def find(subject: RulesUnderCheck) -> Iterator[Problem]:
    first: dict[str, Rule] = {}
    for rule in in_order(subject.rules):
        other = first.setdefault(rule.id, rule)
        if other is not rule:
            yield told(rule, other)


def told(rule: Rule, other: Rule) -> Problem:
    """The problem of a rule whose id another has already."""
    message = f"a second rule '{rule.id}'; the first is at {other.place}"
    return rule.place.problem(SLUG, message, "id", hint="give one of the two another id")


def in_order(rules: Iterable[Rule]) -> list[Rule]:
    """By file, then by line."""
    return sorted(rules, key=lambda rule: (rule.file, rule.span.line))


CHECK: Final = Check(SLUG, find)
