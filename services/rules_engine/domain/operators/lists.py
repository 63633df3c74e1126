"""Lists: written ones, ``merge`` and ``in``. A list may hold unknown elements; which they are is known all the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol, TypeGuard, runtime_checkable

from services.rules_engine.domain.coercion import Data, strictly_equal, text_of
from services.rules_engine.domain.generating import Atom, Writer
from services.rules_engine.domain.operators.aligning import aligned, merged
from services.rules_engine.domain.scopes import element_of
from services.rules_engine.domain.terms import (
    BOOLEAN,
    FREE,
    TWO,
    Arity,
    Call,
    Constant,
    Operator,
    Sort,
    Term,
    Type,
    Words,
    list_of,
)
from services.rules_engine.domain.truth import Truth, disjunction
from shared.documents import Path

HEAVIEST: Final = 10_000
"""Values in a list made from plain data, those in its lists included: one that doubles with every step stops here."""
_PLAIN: Final = frozenset({Sort.NUMBER, Sort.BOOLEAN, Sort.TEXT})


@runtime_checkable
class TakesLists(Protocol):
    """An operator that takes a list in some places; others take none."""

    def takes_list(self, index: int, count: int) -> bool:
        """Whether the argument at the index, of so many, may be a list."""


@dataclass(frozen=True)
class Listing:
    """A list as written. All elements are told in one unit, unless they are ``apart``."""

    one_unit: bool = True
    names: tuple[str, ...] = ("[]",)
    arity: Arity = FREE
    takes: Sort = Sort.ANY
    compares: bool = False
    words: Words = field(default_factory=lambda: {"fr": "{all}", "en": "{all}"})

    def typed(self, arguments: Sequence[Term]) -> tuple[Type, tuple[Term, ...]]:
        terms = aligned(arguments)[1] if self.one_unit else tuple(arguments)
        element = merged([term.type for term in terms])
        # Elements in several units are a problem of the list already, and none of what it is used for.
        several = len({term.type.unit for term in terms} - {None}) > 1
        return list_of(replace(element, unit=None) if several else element), terms

    def value(self, code: Writer, call: Call) -> Atom:
        names = ", ".join(code.value(argument).name for argument in call.arguments)
        return gathered(code, code.put(f"[{names}]", known=True))

    def truth(self, code: Writer, call: Call) -> Atom:
        return code.truth_of(self.value(code, call), Sort.LIST)


def listed(elements: Iterable[Term], path: Path, listing: Listing | None = None) -> Call:
    """A written list as a term."""
    listing = listing or Listing()
    kind, told = listing.typed(tuple(elements))
    return Call(listing, "[]", told, kind, path)


@dataclass(frozen=True)
class Merge:
    """``merge``: the elements of lists, and values that are none, in one list."""

    names: tuple[str, ...] = ("merge",)
    arity: Arity = FREE
    takes: Sort = Sort.ANY
    one_unit: bool = True
    compares: bool = False
    words: Words = field(default_factory=lambda: {"fr": "{all} réunis", "en": "{all} taken together"})

    def typed(self, arguments: Sequence[Term]) -> tuple[Type, tuple[Term, ...]]:
        terms = _together(arguments)
        kinds = [element_of(term.type) if term.type.sort is Sort.LIST else term.type for term in terms]
        return list_of(merged(kinds)), terms

    def takes_list(self, index: int, count: int) -> bool:
        return True

    def value(self, code: Writer, call: Call) -> Atom:
        atoms = [code.value(argument) for argument in call.arguments]
        sorts = [argument.type.sort for argument in call.arguments]
        parts = [self._part(code, atom, sort) for atom, sort in zip(atoms, sorts, strict=True)]
        # What is no list for sure is one element, known or not; what may be one has to be known.
        open_ = [atom for atom, sort in zip(atoms, sorts, strict=True) if sort not in _PLAIN]
        return gathered(code, code.when_known(f"[{', '.join(parts)}]", open_))

    def truth(self, code: Writer, call: Call) -> Atom:
        return code.truth_of(self.value(code, call), Sort.LIST)

    def _part(self, code: Writer, atom: Atom, sort: Sort) -> str:
        if sort in _PLAIN:
            return atom.name
        return f"*{atom.name}" if sort is Sort.LIST else f"*{code.constant(as_elements)}({atom.name})"


@dataclass(frozen=True)
class In:
    """``in``: whether a value is among the elements of a list (as ``===`` has it), or a text is in a text."""

    names: tuple[str, ...] = ("in",)
    arity: Arity = TWO
    takes: Sort = Sort.ANY
    one_unit: bool = True
    compares: bool = True
    words: Words = field(default_factory=lambda: {"fr": "{0} est parmi {1}", "en": "{0} is among {1}"})

    def typed(self, arguments: Sequence[Term]) -> tuple[Type, tuple[Term, ...]]:
        haystack, needle = _together((arguments[1], arguments[0]))
        return BOOLEAN, (needle, haystack)

    def takes_list(self, index: int, count: int) -> bool:
        return index == 1

    def value(self, code: Writer, call: Call) -> Atom:
        needle, haystack = call.arguments
        atom = code.value(needle)
        constants = _constants(haystack, needle.type.sort)
        if not constants:
            other = code.value(haystack)
            return code.note(call, [atom, other], code.put(f"{code.constant(found)}({atom.name}, {other.name})"))
        members = code.constant(frozenset(constant.value for constant in constants))
        shown = _shown(constants, haystack.path)
        result = code.when_known(f"{atom.name} in {members}", [atom])
        return code.note(replace(call, arguments=(needle, shown)), [atom, code.value(shown)], result)

    def truth(self, code: Writer, call: Call) -> Atom:
        return self.value(code, call)


def is_written(term: Term) -> TypeGuard[Call]:
    """Whether a term is a list as written."""
    return isinstance(term, Call) and isinstance(term.operator, Listing)


def takes_list(operator: object, index: int, count: int) -> bool:
    """Whether an operator takes a list in a place."""
    return isinstance(operator, TakesLists) and operator.takes_list(index, count)


def as_elements(value: Data) -> Sequence[Data]:
    """The elements that a value gives to a merged list."""
    return value if isinstance(value, list) else (value,)


def found(needle: Data, haystack: Data) -> Truth:
    """``in`` on plain data."""
    if haystack is None:
        return None
    if isinstance(haystack, list):
        return disjunction(*(strictly_equal(needle, element) for element in haystack))
    if not isinstance(haystack, str) or isinstance(needle, list | dict):
        return False
    text = text_of(needle)
    return None if text is None else text in haystack


class Gathered(list[Any]):
    """A list that was made from plain data, with the number of values in it."""

    weight = 1


def gathered(code: Writer, atom: Atom) -> Atom:
    """The list that the code has, unknown if it is beyond all use; only plain data can make such ones."""
    return code.put(f"{code.constant(gather)}({atom.name})") if code.plain else atom


def gather(values: list[Any] | None) -> Gathered | None:
    """The list with its weight; unknown if that is too much."""
    if values is None:
        return None
    result = Gathered(values)
    result.weight = 1 + sum(each.weight if isinstance(each, Gathered) else 1 for each in values)
    return result if result.weight <= HEAVIEST else None


def _together(terms: Sequence[Term]) -> tuple[Term, ...]:
    """The terms, and the elements of written lists among them, told in one unit."""
    flat = [element for term in terms for element in (term.arguments if is_written(term) else (term,))]
    told = iter(aligned(flat)[1])
    return tuple(
        listed([next(told) for _ in term.arguments], term.path) if is_written(term) else next(told) for term in terms
    )


def _constants(term: Term, sort: Sort) -> tuple[Constant, ...]:
    """The elements of a written list, if all are constants of the sort."""
    elements = term.arguments if is_written(term) else ()
    constants = tuple(each for each in elements if isinstance(each, Constant) and each.type.sort is sort)
    return constants if len(constants) == len(elements) and sort in _PLAIN else ()


def _shown(constants: Sequence[Constant], path: Path) -> Constant:
    """The list as a trace shows it."""
    text = f"[{', '.join(constant.written for constant in constants)}]"
    return Constant(text, Type(Sort.TEXT), path, text)


OPERATORS: Final[tuple[Operator, ...]] = (In(), Merge())
