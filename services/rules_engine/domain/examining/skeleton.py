"""A term without its places: two that are written alike are equal, wherever they stand."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from services.rules_engine.domain.inputs.calendar import Between, ClockMark, Holiday, Season, Weekday
from services.rules_engine.domain.inputs.input import Input
from services.rules_engine.domain.inputs.members import Counted, Together
from services.rules_engine.domain.terms import Call, Constant, Converted, Reading, Term, Variable, walk


def skeleton(term: Term) -> Hashable:
    """What two terms have in common that read and do the same."""
    match term:
        case Constant():
            return "constant", term.value, term.type.unit
        case Variable():
            return "variable", term.name, None if term.default is None else skeleton(term.default)
        case Converted():
            return "converted", skeleton(term.term), term.slope, term.offset
        case Reading():
            return "reading", _input(term.input)
        case Call():
            return "call", term.operator.names, tuple(skeleton(each) for each in term.arguments)


def _input(each: Input) -> Hashable:
    """Both ends of a census are one question."""
    match each:
        case Counted():
            return "counted", each.census.among, skeleton(each.census.where.term), each.share
        case Together():
            return "together", each.function, each.among, skeleton(each.value.term)
    return "input", each


def sources(term: Term) -> frozenset[Hashable]:
    """What a term looks at: properties, those of other points, clocks. Terms with none in common are independent."""
    return frozenset(found for each in walk(term) for found in _sources(each))


def _sources(term: Term) -> Iterator[Hashable]:
    if isinstance(term, Variable):
        yield term.name
    if isinstance(term, Reading):
        yield from term.input.needs
        yield from _others(term.input)
        yield from _clocks(term.input)


def _others(each: Input) -> Iterator[Hashable]:
    if isinstance(each, Counted | Together):
        among, needs = each.members
        yield from ((among.selector.kind, name) for name in needs)


def _clocks(each: Input) -> Iterator[Hashable]:
    match each:
        case Weekday():
            yield "day of the week"
        case Season():
            yield "day of the year"
        case Holiday():
            yield from ("day of the week", "day of the year")
        case Between(begin=ClockMark(), end=ClockMark()):
            yield "time of day"
        case Between():
            yield from ("time of day", "day of the year")
