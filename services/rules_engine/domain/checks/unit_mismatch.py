"""unit-mismatch: values in units that can't be told in one another, such as metres and degrees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from services.rules_engine.domain.checks.check import Check, ConditionUnderCheck
from services.rules_engine.domain.operators.aligning import common_unit, fits
from services.rules_engine.domain.terms import COMPOUND, Call, Term, Variable, walk
from shared.problems import Problem
from shared.units import display_unit

SLUG: Final = "unit-mismatch"


def find(subject: ConditionUnderCheck) -> Iterator[Problem]:
    for term in walk(subject.term):
        together = _together(term)
        unit = common_unit(together)
        for each in together:
            if not fits(each, unit):
                message = f"{_shown(each.type.unit)} can't be compared or counted with {_shown(unit)}"
                yield subject.document.problem(each.path, SLUG, message, _hint(unit))


def _together(term: Term) -> Sequence[Term]:
    """The terms that must be told in one unit."""
    if isinstance(term, Call):
        return term.arguments if term.operator.one_unit else ()
    return (term, term.default) if isinstance(term, Variable) and term.default is not None else ()


def _shown(unit: str | None) -> str:
    if unit == COMPOUND:
        return "a product of units"
    return f"'{display_unit(unit)}'" if unit else "a bare number"


def _hint(unit: str | None) -> str:
    if unit == COMPOUND:
        return "compare the product of two measured values with a bare number"
    return f"write the threshold in {_shown(unit)}, or in a unit that converts to it"


CHECK: Final = Check(SLUG, find, ("inventory",))
