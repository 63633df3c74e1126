"""unknown-group: a rule lights, or watches, a group that doesn't exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.rules_engine.domain.checks.check import Check, RuleUnderCheck
from shared.documents import did_you_mean
from shared.problems import Problem

SLUG: Final = "unknown-group"


def find(subject: RuleUnderCheck) -> Iterator[Problem]:
    named: list[tuple[str, tuple[str | int, ...]]] = [
        (action.group, ("then", index, "light", "group")) for index, action in subject.rule.lights
    ]
    if subject.rule.for_each.group is not None:
        named.append((subject.rule.for_each.group, ("for_each", "group")))
    groups = subject.known.groups
    for name, steps in named:
        if name not in groups:
            hint = did_you_mean(name, groups) or f"there are: {', '.join(sorted(groups))}"
            yield subject.rule.place.problem(SLUG, f"no group '{name}'", *steps, hint=hint)


CHECK: Final = Check(SLUG, find, ("inventory",))
