"""review-overdue: the day has passed by which a rule was to be read again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.rules_engine.domain.checks.check import Check, RulesUnderCheck
from shared.problems import Problem

SLUG: Final = "review-overdue"


def find(subject: RulesUnderCheck) -> Iterator[Problem]:
    today = subject.known.today
    for rule in subject.rules:
        if today is not None and rule.review_by is not None and rule.review_by < today:
            message = f"'{rule.id}' was to be reviewed by {rule.review_by}"
            hint = "read it again with those it concerns, then set the next date"
            yield rule.place.problem(SLUG, message, "review_by", hint=hint, severity="warning")


CHECK: Final = Check(SLUG, find, ("today",))
