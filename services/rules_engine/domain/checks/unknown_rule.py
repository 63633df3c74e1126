"""unknown-rule: ``unless`` names a rule that doesn't exist, so the rule gives way to nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.rules_engine.domain.checks.check import Check, RulesUnderCheck
from services.rules_engine.domain.examining.unlesses import unlesses
from shared.documents import did_you_mean
from shared.problems import Problem

SLUG: Final = "unknown-rule"


def find(subject: RulesUnderCheck) -> Iterator[Problem]:
    for rule in subject.rules:
        for unless, place in unlesses(rule):
            if unless.rule not in subject.written:
                hint = did_you_mean(unless.rule, subject.written) or "name a rule by its id"
                yield place.problem(SLUG, f"no rule '{unless.rule}'", hint=hint)


CHECK: Final = Check(SLUG, find)
