"""Tells the arguments of an operator in one unit, so that 180 cm meets a level in metres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from services.rules_engine.domain.terms import ANY, COMPOUND, Constant, Converted, Sort, Term, Type
from shared.units import convert, convert_difference, convertible


def common_unit(terms: Sequence[Term]) -> str | None:
    """The unit that the terms are to be told in: that of the first that is measured, else of the first constant."""
    measured = [term for term in terms if term.type.unit and not isinstance(term, Constant)]
    return next((term.type.unit for term in [*measured, *terms] if term.type.unit), None)


def aligned(terms: Sequence[Term], *, by_scale: bool = False) -> tuple[str | None, tuple[Term, ...]]:
    """Their common unit and the terms told in it; one that can't be stays as it is, for ``unit-mismatch`` to name.

    ``by_scale``: not between units that count from different zeros. 20 degrees Celsius are 293.15 kelvin, but adding
    2 kelvin to them doesn't give the sum of the two numbers in either.
    """
    unit = common_unit(terms)
    if any(term.type.difference for term in terms):
        return unit, tuple(_difference_in(term, unit) for term in terms)
    return unit, tuple(term if by_scale and _shifts(term, unit) else _told_in(term, unit) for term in terms)


def fits(term: Term, unit: str | None) -> bool:
    """Whether a term is told in the unit, or is a bare number."""
    return term.type.unit in (None, unit)


def merged(types: Sequence[Type]) -> Type:
    """The type of what may be of each of the types; where that is numbers in several units, none of the list."""
    known = [kind for kind in types if kind.sort is not Sort.NOTHING]
    sorts, units = {kind.sort for kind in known}, {kind.unit for kind in known} - {None}
    if len(sorts) != 1:
        return ANY if sorts else Type(Sort.NOTHING)
    sort, unit = sorts.pop(), COMPOUND if len(units) > 1 else next(iter(units), None)
    return Type(sort, unit, of=merged([kind.of or ANY for kind in known]) if sort is Sort.LIST else None)


def _shifts(term: Term, unit: str | None) -> bool:
    own = term.type.unit
    return own is not None and unit is not None and _convertible(own, unit) and convert(0.0, own, unit) != 0.0


def _told_in(term: Term, unit: str | None) -> Term:
    own, told = term.type.unit, Type(Sort.NUMBER, unit)
    if own is None and isinstance(term, Constant) and term.type.sort is Sort.NUMBER and unit != COMPOUND:
        return replace(term, type=told)
    if unit is None or own is None or own == unit or term.type.sort is Sort.LIST or not _convertible(own, unit):
        return term
    if isinstance(term, Constant) and isinstance(term.value, float):
        return replace(term, value=convert(term.value, own, unit), type=told)
    offset = convert(0.0, own, unit)
    return Converted(term, told, convert(1.0, own, unit) - offset, offset)


def _difference_in(term: Term, unit: str | None) -> Term:
    """A difference is told in another unit by its scale alone: 10 Cel more are 10 K more."""
    own = term.type.unit
    if own is None or unit is None or own == unit or not _convertible(own, unit):
        return _told_in(term, unit)
    told = Type(Sort.NUMBER, unit, difference=True)
    if isinstance(term, Constant) and isinstance(term.value, float):
        return replace(term, value=convert_difference(term.value, own, unit), type=told)
    return Converted(term, told, convert_difference(1.0, own, unit), 0.0)


def _convertible(source: str, target: str) -> bool:
    """Whether values can be told in the other unit; those of a product of units never can."""
    return COMPOUND not in (source, target) and convertible(source, target)
