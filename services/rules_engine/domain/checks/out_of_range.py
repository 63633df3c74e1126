"""out-of-range: a threshold that can't be reached, or that nothing lies below, so that the comparison never changes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from services.rules_engine.domain.checks.check import Check, ConditionUnderCheck
from services.rules_engine.domain.examining.comparing import Compared, comparisons, named, shown
from services.rules_engine.domain.examining.ranges import Range, range_of
from services.rules_engine.domain.inputs.history import QUALITIES, QualityOf
from services.rules_engine.domain.literal import spells_a_number
from services.rules_engine.domain.terms import Constant, Reading, Sort, Term
from services.rules_engine.domain.vocabulary import Vocabulary
from shared.documents import did_you_mean
from shared.problems import Problem

SLUG: Final = "out-of-range"


def find(subject: ConditionUnderCheck) -> Iterator[Problem]:
    for compared in comparisons(subject.term):
        if compared.measured.type.sort is Sort.NUMBER:
            yield from _numbers(compared, subject)
        elif isinstance(compared.measured, Reading) and isinstance(compared.measured.input, QualityOf):
            yield from _words(compared, subject)


def _numbers(compared: Compared, subject: ConditionUnderCheck) -> Iterator[Problem]:
    measured = compared.measured
    possible = range_of(measured, subject.known)
    for constant in compared.constants:
        value = constant.value
        if isinstance(value, bool) or not isinstance(value, float) or not _in_one_unit(constant, measured):
            continue
        if not possible.holds(value):
            message = f"{_told(possible, measured, subject.known)}; {shown(value, measured, subject.known)} is outside"
            yield subject.document.problem(constant.path, SLUG, message, _hint(constant, measured))


def _in_one_unit(constant: Constant, measured: Term) -> bool:
    return measured.type.unit == constant.type.unit or constant.type.unit is None


def _told(possible: Range, measured: Term, known: Vocabulary) -> str:
    low, high = (shown(end, measured, known) if math.isfinite(end) else None for end in (possible.low, possible.high))
    name = named(measured)
    if low is None or high is None:
        return f"{name} is never below {low}" if high is None else f"{name} is never above {high}"
    return f"{name} goes from {low} to {high}"


def _hint(constant: Constant, measured: Term) -> str:
    if spells_a_number(constant.written) and measured.type.unit is not None:
        return f"write the unit: {constant.written} ..."
    return "is the unit right?" if constant.type.unit is not None else "compare it with a number that it can be"


def _words(compared: Compared, subject: ConditionUnderCheck) -> Iterator[Problem]:
    for constant in compared.constants:
        if isinstance(constant.value, str) and constant.value not in QUALITIES:
            hint = did_you_mean(constant.value, QUALITIES) or f"there are: {', '.join(QUALITIES)}"
            yield subject.document.problem(constant.path, SLUG, f"no quality is called '{constant.value}'", hint)


CHECK: Final = Check(SLUG, find, ("inventory",))
