"""Which numbers a term can come to, given what its sensors can show: interval arithmetic, never too narrow."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from typing import Final

from services.rules_engine.domain.inputs.baseline import Baseline
from services.rules_engine.domain.inputs.history import Age, Before, Last
from services.rules_engine.domain.inputs.input import Input
from services.rules_engine.domain.inputs.latest import Latest
from services.rules_engine.domain.inputs.members import Counted, Together
from services.rules_engine.domain.inputs.windows import Aggregated, Difference, Window
from services.rules_engine.domain.terms import Call, Constant, Converted, Reading, Sort, Term, Variable
from services.rules_engine.domain.vocabulary import Vocabulary
from shared.model.registry import Property

_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Range:
    """All numbers from one to another, both included; either may be infinite."""

    low: float = -math.inf
    high: float = math.inf

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high

    @property
    def is_bounded(self) -> bool:
        return math.isfinite(self.low) or math.isfinite(self.high)


ANYTHING: Final = Range()
_FROM_ZERO: Final = Range(0.0)


def range_of(term: Term, known: Vocabulary) -> Range:
    """What a number can be, in its unit."""
    match term:
        case Constant(value=bool() | int() | float() as value):
            return Range(float(value), float(value))
        case Variable():
            return _variable(term, known)
        case Converted():
            return _moved(range_of(term.term, known), term.slope, term.offset)
        case Reading():
            return _read(term.input, known)
        case Call():
            return _called(term, [range_of(each, known) for each in term.arguments])
    return ANYTHING


def _variable(variable: Variable, known: Vocabulary) -> Range:
    own = _property(variable.name, known)
    return own if variable.default is None else _around([own, range_of(variable.default, known)])


def _property(name: str, known: Vocabulary) -> Range:
    found = known.kind.properties.get(name)
    return ANYTHING if found is None else Range(found.minimum, found.maximum)


def _read(each: Input, known: Vocabulary) -> Range:
    match each:
        case Aggregated():
            return _aggregated(each, known)
        case Baseline():
            return _aggregated(each.of, known)
        case Difference():
            return _difference(each, known)
        case Latest() | Last() | Before():
            return _latest(each, known)
        case Age():
            return _FROM_ZERO
        case Counted():
            return Range(0.0, 100.0) if each.share else _FROM_ZERO
        case Together():
            return _together(each, known)
    return ANYTHING


def _aggregated(each: Aggregated, known: Vocabulary) -> Range:
    if each.function == "count":
        return _FROM_ZERO
    own = _property(each.window.name, known)
    return _sum(own) if each.function == "sum" else own


def _latest(each: Latest | Last | Before, known: Vocabulary) -> Range:
    own = _property(each.name, known)
    return _spread(own) if isinstance(each, Before) and each.gives == "change" else own


def _difference(difference: Difference, known: Vocabulary) -> Range:
    """Both values lie in the range; a rate is over the window at least, for the older one is not within it."""
    spread = _spread(_property(difference.window.name, known))
    if not difference.per_hour:
        return spread
    return _moved(spread, _HOUR / shortest(difference.window), 0.0)


def shortest(window: Window) -> timedelta:
    """How long a window lasts at least: a civil day may have 23 hours."""
    return window.span.length - (_HOUR if window.span.days else timedelta())


def _together(together: Together, known: Vocabulary) -> Range:
    kind = known.kinds.get(together.among.selector.kind or "", known.kind)
    each = range_of(together.value.term, known.of_members(kind))
    return _sum(each) if together.function == "sum" else each


def _sum(each: Range) -> Range:
    """Of any number of values."""
    return Range(0.0 if each.low >= 0 else -math.inf, 0.0 if each.high <= 0 else math.inf)


def _spread(each: Range) -> Range:
    width = each.high - each.low
    return Range(-width, width)


def _moved(each: Range, slope: float, offset: float) -> Range:
    return _around([Range(end * slope + offset, end * slope + offset) for end in (each.low, each.high)])


def _around(some: Sequence[Range]) -> Range:
    """The smallest range in which all of them lie."""
    low, high = min(each.low for each in some), max(each.high for each in some)
    return ANYTHING if math.isnan(low) or math.isnan(high) else Range(low, high)


def _called(call: Call, some: Sequence[Range]) -> Range:
    match call.operator.names[0], len(some):
        case "+", _:
            return Range(sum(each.low for each in some), sum(each.high for each in some))
        case "-", 1:
            return Range(-some[0].high, -some[0].low)
        case "-", 2:
            return Range(some[0].low - some[1].high, some[0].high - some[1].low)
        case "*", 2:
            ends = [first * second for first, second in product(_ends(some[0]), _ends(some[1]))]
            return ANYTHING if any(map(math.isnan, ends)) else Range(min(ends), max(ends))
        case "min", _:
            return Range(min(each.low for each in some), min(each.high for each in some))
        case "max", _:
            return Range(max(each.low for each in some), max(each.high for each in some))
    return Range(0.0, 1.0) if call.type.sort is Sort.BOOLEAN else ANYTHING


def _ends(each: Range) -> tuple[float, float]:
    return each.low, each.high


def property_of(term: Term, known: Vocabulary) -> Property | None:
    """The property that a term is, or that a window over it is about; None: another, or several."""
    match term:
        case Variable():
            return known.properties.get(term.name)
        case Reading(input=Aggregated() as found):
            return known.properties.get(found.window.name)
        case Reading(input=Last() | Before() as found):
            return known.properties.get(found.name)
    return None
