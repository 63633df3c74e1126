"""missing-test: a rule without tests, so that nobody knows what it would do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.rules_engine.domain.checks.check import Check, RulesUnderCheck
from shared.problems import Problem

SLUG: Final = "missing-test"


def find(subject: RulesUnderCheck) -> Iterator[Problem]:
    for rule in subject.rules:
        if not rule.tests:
            hint = "under tests, say what is given and what is expected then"
            yield rule.place.problem(SLUG, f"'{rule.id}' has no tests", "id", hint=hint, severity="warning")


CHECK: Final = Check(SLUG, find)
