"""too-few-points: a number of points is asked for that there are not, so that the comparison never changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.rules_engine.domain.checks.check import Check, RuleUnderCheck
from services.rules_engine.domain.examining.asking import asked_at_most
from services.rules_engine.domain.examining.comparing import Compared, comparisons
from services.rules_engine.domain.inputs.members import Counted
from services.rules_engine.domain.terms import Constant, Reading
from shared.problems import Problem

SLUG: Final = "too-few-points"


def find(subject: RuleUnderCheck) -> Iterator[Problem]:
    if subject.compiled is None:
        return
    for level in subject.compiled.levels:
        for condition in level.conditions:
            for compared in comparisons(condition.term):
                yield from _compared(compared, subject)


def _compared(compared: Compared, subject: RuleUnderCheck) -> Iterator[Problem]:
    measured = compared.measured
    if not isinstance(measured, Reading) or not isinstance(measured.input, Counted) or measured.input.share:
        return
    most = asked_at_most(measured.input.census.among, subject.rule, subject.known)
    for constant in compared.constants:
        if most and _is_beyond(constant, most):
            message = f"'{measured.written}' asks {most} points at most; {constant.written} is never reached"
            hint = f"ask for {most} or fewer, or choose more points"
            yield subject.rule.place.document.problem(constant.path, SLUG, message, hint)


def _is_beyond(constant: Constant, most: int) -> bool:
    return isinstance(constant.value, float) and constant.value > most


CHECK: Final = Check(SLUG, find, ("inventory",))
