"""Values that need many words are told once; the condition that ends an alert says ``cette valeur``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.rules_engine.domain.inputs.baseline import Baseline
from services.rules_engine.domain.inputs.members import Together
from services.rules_engine.domain.inputs.windows import Aggregated, Forecast
from services.rules_engine.domain.operators.arguments import COMPLETE
from services.rules_engine.domain.terms import Call, Constant, Converted, Reading, Sort, Term, Variable, parts

_LONG: Final = (Forecast, Baseline, Together)


def long_value(term: Term) -> Term | None:
    """The one value of a condition that needs many words; None: there is none, or several."""
    found = list(_long_values(term))
    return found[0] if len({sense(each) for each in found}) == 1 else None


def sense(term: Term) -> object:
    """What a term means, wherever it is written: equal for terms that are worked out alike."""
    if isinstance(term, Call):
        return (term.operator.names, *map(sense, term.arguments))
    if isinstance(term, Converted):
        return (sense(term.term), term.slope, term.offset)
    if isinstance(term, Constant):
        return (term.value, term.type)
    if isinstance(term, Variable):
        return (term.name, None if term.default is None else sense(term.default))
    return term.input


def _long_values(term: Term) -> Iterator[Term]:
    if term.type.sort is Sort.NUMBER and _is_long(term):
        yield term
    else:
        for part in parts(term):
            yield from _long_values(part)


def _is_long(term: Term) -> bool:
    if not isinstance(term, Reading):
        return isinstance(term, Call)
    known = term.input
    return isinstance(known, _LONG) or (isinstance(known, Aggregated) and known.window.complete not in (0, COMPLETE))
