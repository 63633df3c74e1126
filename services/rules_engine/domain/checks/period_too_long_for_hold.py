"""period-too-long-for-hold: observations come too seldom for what ``for`` or ``until_for`` asks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from services.rules_engine.domain.checks.check import Check, DecisionsUnderCheck
from services.rules_engine.domain.durations import in_words
from shared.problems import Problem

SLUG: Final = "period-too-long-for-hold"


def find(subject: DecisionsUnderCheck) -> Iterator[Problem]:
    period, stale = (timedelta(seconds=seconds) for seconds in (subject.kind.period_s, subject.kind.stale_after_s))
    for step, lasting in (("for", subject.level.for_), ("until_for", subject.level.until_for)):
        hold = lasting.span
        if hold > stale and period > stale:
            message = (
                f"a value counts for {in_words(stale)} and comes every {in_words(period)}: {in_words(hold)} never pass"
            )
            yield subject.level.place.problem(SLUG, message, step, hint=f"ask for at most {in_words(stale)}")
        elif timedelta() < hold < period:
            message = f"values come every {in_words(period)}, so one alone satisfies {in_words(hold)}"
            hint = f"ask for {in_words(period)} or more to need a second one"
            yield subject.level.place.problem(SLUG, message, step, hint=hint, severity="warning")


CHECK: Final = Check(SLUG, find, ("inventory",))
