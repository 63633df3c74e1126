"""unknown-property: a condition reads what points of this kind don't have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.rules_engine.domain.checks.check import Check, ConditionUnderCheck
from services.rules_engine.domain.terms import variables
from shared.documents import did_you_mean
from shared.problems import Problem

SLUG: Final = "unknown-property"


def find(subject: ConditionUnderCheck) -> Iterator[Problem]:
    for variable in variables(subject.term):
        if variable.name not in subject.properties:
            known = ", ".join(subject.properties)
            hint = did_you_mean(variable.name, subject.properties) or f"this kind has: {known}"
            message = f"no property '{variable.name}' at points of this kind"
            yield subject.document.problem(variable.path, SLUG, message, hint)


CHECK: Final = Check(SLUG, find, ("inventory",))
