"""no-expiry: a rule may hold lights as long as it fires, without end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.rules_engine.domain.checks.check import Check, RuleUnderCheck
from shared.problems import Problem

SLUG: Final = "no-expiry"


def find(subject: RuleUnderCheck) -> Iterator[Problem]:
    for _, _, action, place in subject.rule.lights:
        if action.at_most is None:
            message = f"'{action.group or action.area}' stays at {action.level} % as long as the rule fires"
            yield place.problem(SLUG, message, hint="add at_most: 4 h", severity="warning")


CHECK: Final = Check(SLUG, find)
