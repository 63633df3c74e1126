"""The comparisons of a condition in which one value that is measured or worked out meets constants."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from services.rules_engine.domain.durations import in_words
from services.rules_engine.domain.examining.ranges import property_of
from services.rules_engine.domain.terms import COMPOUND, Call, Constant, Reading, Term, Variable, calls
from services.rules_engine.domain.vocabulary import Vocabulary
from shared.units import convert, convertible, french

_ACCURACY = 0.01
"""To which numbers are shown that have no accuracy of their own."""


@dataclass(frozen=True)
class Compared:
    """What is compared, with the constants on the other side, as they are written."""

    call: Call
    measured: Term
    constants: tuple[Constant, ...]


def comparisons(term: Term) -> Iterator[Compared]:
    """Those anywhere in a term, in the order in which they are written."""
    for call in calls(term):
        constants = tuple(part for part in call.arguments if isinstance(part, Constant))
        others = [part for part in call.arguments if not isinstance(part, Constant)]
        if call.operator.compares and len(others) == 1 and constants:
            yield Compared(call, others[0], constants)


def named(term: Term) -> str:
    """What a term is called in a message."""
    if isinstance(term, Variable):
        return f"'{term.name}'"
    return f"'{term.written}'" if isinstance(term, Reading) else "this"


def shown(value: float, term: Term, known: Vocabulary) -> str:
    """A number in the unit of a term, as people read it."""
    unit = term.type.unit
    if unit is None or unit == COMPOUND:
        return f"{value:.10g}".replace(".", ",").replace("-", "\N{MINUS SIGN}")
    if unit == "s":
        return in_words(timedelta(seconds=value)) if 0 <= value < timedelta.max.total_seconds() else f"{value:.10g} s"
    found = property_of(term, known)
    accuracy = _ACCURACY if found is None or not convertible(found.unit, unit) else found.accuracy
    return french(value, unit, accuracy)


def seconds(constant: Constant) -> float | None:
    """A constant as a time span; None: it is none."""
    unit, value = constant.type.unit or "s", constant.value
    if isinstance(value, bool) or not isinstance(value, int | float) or not convertible(unit, "s"):
        return None
    return convert(value, unit, "s")
