"""unused-name: ``let`` gives a name to a value that neither a condition nor a message uses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.rules_engine.domain.checks.check import Check, RuleUnderCheck
from services.rules_engine.domain.examining.names import used
from shared.problems import Problem

SLUG: Final = "unused-name"


def find(subject: RuleUnderCheck) -> Iterator[Problem]:
    rule = subject.rule
    there = used(rule) if rule.let else frozenset()
    for name, condition in rule.let.items():
        if name not in there:
            message = f"nothing uses '{name}'"
            hint = f"use it: {{var: {name}}} in a condition, {{{name}}} in a message; or leave it out"
            place = condition.place
            yield place.document.problem(place.path, SLUG, message, hint, key=True, severity="warning")


CHECK: Final = Check(SLUG, find)
