"""unit-mismatch: values in units that can't be told in one another, such as metres and degrees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from services.rules_engine.domain.checks.check import Check, ConditionUnderCheck
from services.rules_engine.domain.examining.comparing import named
from services.rules_engine.domain.operators.aligning import common_unit, fits
from services.rules_engine.domain.terms import COMPOUND, Call, Constant, Reading, Sort, Term, Variable, walk
from shared.problems import Problem
from shared.units import display_unit

SLUG: Final = "unit-mismatch"
_BARE: Final = frozenset({None, "1", "{count}"})


def find(subject: ConditionUnderCheck) -> Iterator[Problem]:
    for term in walk(subject.term):
        together = _together(term)
        unit = common_unit(together)
        for each in together:
            if not fits(each, unit):
                message = f"{_shown(each.type.unit)} can't be compared or counted with {_shown(unit)}"
                yield subject.document.problem(each.path, SLUG, message, _hint(unit, together))
        yield from _with_bare_numbers(subject, together)


def _together(term: Term) -> Sequence[Term]:
    """The terms that must be told in one unit."""
    if isinstance(term, Call):
        return term.arguments if term.operator.one_unit else ()
    return (term, term.default) if isinstance(term, Variable) and term.default is not None else ()


def _with_bare_numbers(subject: ConditionUnderCheck, together: Sequence[Term]) -> Iterator[Problem]:
    """A count or a ratio has no unit; a constant beside it fits only if it has none, and nothing would convert it."""
    counted = [each for each in together if isinstance(each, Reading | Call) and each.type.sort is Sort.NUMBER]
    if not counted or any(each.type.unit is not None for each in counted):
        return
    for each in together:
        if isinstance(each, Constant) and each.type.unit not in _BARE:
            hint = "write the number alone; of 30 % that is 0.3, for a share of points there is share_of"
            message = f"{named(counted[0])} is a bare number, and '{each.written}' has a unit"
            yield subject.document.problem(each.path, SLUG, message, hint)


def _shown(unit: str | None) -> str:
    if unit == COMPOUND:
        return "a unit that has no name"
    return f"'{display_unit(unit)}'" if unit else "a bare number"


def _hint(unit: str | None, together: Sequence[Term]) -> str:
    if unit == COMPOUND:
        return "compare a product of two measured values, or the rate of an odd unit, with a bare number"
    reading = next((each for each in together if isinstance(each, Reading) and each.type.unit == unit), None)
    if reading is not None:
        return f"{named(reading)} gives {_shown(unit)}: write the threshold so, or in a unit that converts to it"
    return f"write the threshold in {_shown(unit)}, or in a unit that converts to it"


CHECK: Final = Check(SLUG, find, ("inventory",))
