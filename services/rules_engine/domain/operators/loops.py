"""What is done with each element of a list: ``filter``, ``map``, ``reduce``, ``all``, ``none``, ``some``.

Inside, ``var`` reads from the element only. What is no list has no elements, as in JSON-logic; an unknown list makes
the whole unknown. Generated code loops in place; it calls nothing back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol, TypeAlias

from services.rules_engine.domain.coercion import Data
from services.rules_engine.domain.generating import Atom, Writer
from services.rules_engine.domain.operators.aligning import aligned, merged
from services.rules_engine.domain.operators.lists import gathered
from services.rules_engine.domain.scopes import Scope, of_element, of_step
from services.rules_engine.domain.terms import (
    ANY,
    BOOLEAN,
    THREE,
    TWO,
    Arity,
    Call,
    Operator,
    Sort,
    Term,
    Type,
    Words,
    list_of,
)
from shared.errors import InputError

MOST_ROUNDS: Final = 10_000
"""Of all loops together in one evaluation over plain data, where nobody knows beforehand how long lists are."""
COUNTER: Final = "rounds"
_MOST_READINGS: Final = 3
"""A bare start, then a unit, then a product of units: more changes than that end in a type that shows at run time."""

Reader: TypeAlias = Callable[[Scope], Term]
"""Reads what is done with each element, in the scope that it is given."""


class TooManyRounds(InputError):
    """The lists in plain data are too long for what is to be done with them."""

    def __init__(self) -> None:
        super().__init__(f"more than {MOST_ROUNDS} elements to look at, counting those of lists in lists each time")


class Loop(Operator, Protocol):
    """An operator whose second argument is about each element of the first."""

    def body(self, others: Sequence[Term], outer: Mapping[str, Type], read: Reader) -> Term:
        """The second argument; ``others`` are the list and what follows the second."""


@dataclass(frozen=True)
class Filter:
    """``filter``: the elements of which the condition is true; unknown if of one it is unknown."""

    names: tuple[str, ...] = ("filter",)
    arity: Arity = TWO
    takes: Sort = Sort.ANY
    one_unit: bool = False
    compares: bool = False
    words: Words = field(
        default_factory=lambda: {"fr": "ceux de {0} pour lesquels {1}", "en": "those of {0} for which {1}"}
    )

    def typed(self, arguments: Sequence[Term]) -> tuple[Type, tuple[Term, ...]]:
        source = arguments[0].type
        return source if source.sort is Sort.LIST else list_of(ANY), tuple(arguments)

    def takes_list(self, index: int, count: int) -> bool:
        return index == 0

    def body(self, others: Sequence[Term], outer: Mapping[str, Type], read: Reader) -> Term:
        return read(of_element(others[0].type, outer))

    def value(self, code: Writer, call: Call) -> Atom:
        source, result, doubt = _source(code, call), code.put("[]"), code.put("False")
        with _each(code, source) as element:
            truth = code.truth(call.arguments[1]).name
            code.line(f"if {truth} is True: {result.name}.append({element})")
            code.line(f"if {truth} is None: {doubt.name} = True")
        code.line(f"if {doubt.name} or {source.name} is None: {result.name} = None")
        return gathered(code, result)

    def truth(self, code: Writer, call: Call) -> Atom:
        """Whether one passes; known more often than which ones do."""
        return _decided(code, call, SOME)


@dataclass(frozen=True)
class Map:
    """``map``: what comes of each element, in a list as long."""

    names: tuple[str, ...] = ("map",)
    arity: Arity = TWO
    takes: Sort = Sort.ANY
    one_unit: bool = False
    compares: bool = False
    words: Words = field(default_factory=lambda: {"fr": "{1} pour chacun de {0}", "en": "{1} for each of {0}"})

    def typed(self, arguments: Sequence[Term]) -> tuple[Type, tuple[Term, ...]]:
        return list_of(arguments[1].type), tuple(arguments)

    def takes_list(self, index: int, count: int) -> bool:
        return True

    def body(self, others: Sequence[Term], outer: Mapping[str, Type], read: Reader) -> Term:
        return read(of_element(others[0].type, outer))

    def value(self, code: Writer, call: Call) -> Atom:
        source, result = _source(code, call), code.put("[]")
        with _each(code, source):
            code.line(f"{result.name}.append({code.value(call.arguments[1]).name})")
        code.line(f"if {source.name} is None: {result.name} = None")
        return gathered(code, result)

    def truth(self, code: Writer, call: Call) -> Atom:
        return code.truth_of(self.value(code, call), Sort.LIST)


@dataclass(frozen=True)
class Reduce:
    """``reduce``: one value from all elements, step by step, from a first one on; ``current`` is the element,
    ``accumulator`` the result so far."""

    names: tuple[str, ...] = ("reduce",)
    arity: Arity = THREE
    takes: Sort = Sort.ANY
    one_unit: bool = False
    compares: bool = False

    @property
    def words(self) -> Words:
        return {"fr": "{1} pour chacun de {0}, à partir de {2}", "en": "{1} for each of {0}, starting from {2}"}

    def typed(self, arguments: Sequence[Term]) -> tuple[Type, tuple[Term, ...]]:
        source, body, start = arguments
        _, (step, first) = aligned((body, start))
        return merged([step.type, first.type]), (source, step, first)

    def takes_list(self, index: int, count: int) -> bool:
        return True

    def body(self, others: Sequence[Term], outer: Mapping[str, Type], read: Reader) -> Term:
        """Read again while a step gives another type than it was given: the next one is given that."""
        source, so_far = (other.type for other in others)
        for _ in range(_MOST_READINGS):
            body = read(of_step(source, so_far, outer))
            wider = _wider(so_far, body.type)
            if wider == so_far:
                return body
            so_far = wider
        return read(of_step(source, ANY, outer))

    def value(self, code: Writer, call: Call) -> Atom:
        source, result = _source(code, call), code.put(code.value(call.arguments[2]).name)
        element = code.fresh()
        with _rounds(code, source, element, {"current": element, "accumulator": result.name}):
            code.line(f"{result.name} = {code.value(call.arguments[1]).name}")
        code.line(f"if {source.name} is None: {result.name} = None")
        return result

    def truth(self, code: Writer, call: Call) -> Atom:
        return code.truth_of(self.value(code, call), call.type.sort)


Answer: TypeAlias = Literal["True", "False"]


@dataclass(frozen=True)
class Quantifier:
    """``all``, ``none`` and ``some``: known as soon as one element settles it, whatever the unknown ones are.

    Attributes:
        settling: the truth of an element that settles it.
        settled: what it is then; else it is the other.
        empty: what it is of no elements at all.
    """

    names: tuple[str, ...]
    settling: Answer
    settled: Answer
    empty: Answer
    words: Words
    arity: Arity = TWO
    takes: Sort = Sort.ANY
    one_unit: bool = False
    compares: bool = False

    def typed(self, arguments: Sequence[Term]) -> tuple[Type, tuple[Term, ...]]:
        return BOOLEAN, tuple(arguments)

    def takes_list(self, index: int, count: int) -> bool:
        return index == 0

    def body(self, others: Sequence[Term], outer: Mapping[str, Type], read: Reader) -> Term:
        return read(of_element(others[0].type, outer))

    def value(self, code: Writer, call: Call) -> Atom:
        return _decided(code, call, self)

    def truth(self, code: Writer, call: Call) -> Atom:
        return self.value(code, call)


def as_list(value: Data) -> Data:
    """The list to go through: what is no list has no elements."""
    return value if value is None or isinstance(value, list) else []


def _decided(code: Writer, call: Call, quantifier: Quantifier) -> Atom:
    otherwise = "False" if quantifier.settled == "True" else "True"
    source, result = _source(code, call), code.put(otherwise)
    with _each(code, source):
        truth = code.truth(call.arguments[1]).name
        code.line(f"if {truth} is {quantifier.settling}: {result.name} = {quantifier.settled}")
        if not code.traced:
            code.line(f"if {truth} is {quantifier.settling}: break")
        code.line(f"if {truth} is None and {result.name} is {otherwise}: {result.name} = None")
    code.line(f"if not {source.name}: {result.name} = None if {source.name} is None else {quantifier.empty}")
    return result


def _source(code: Writer, call: Call) -> Atom:
    source = call.arguments[0]
    atom = code.value(source)
    return atom if source.type.sort is Sort.LIST else code.put(f"{code.constant(as_list)}({atom.name})")


@contextmanager
def _each(code: Writer, source: Atom) -> Iterator[str]:
    """Code for each element, which is the whole that ``var`` reads from."""
    element = code.fresh()
    with _rounds(code, source, element, {"": element}):
        yield element


@contextmanager
def _rounds(code: Writer, source: Atom, element: str, scope: Mapping[str, str]) -> Iterator[None]:
    with code.block(f"for {element} in {source.name} or ():"), code.scoped(scope):
        if code.plain:
            code.line(f"{COUNTER} += 1")
            code.line(f"if {COUNTER} > {MOST_ROUNDS}: raise {code.constant(TooManyRounds)}")
        yield


def _wider(so_far: Type, step: Type) -> Type:
    """What a result so far can be, if it was of one type and a step makes another of it."""
    if so_far == step:
        return so_far
    if so_far.sort is step.sort is Sort.NUMBER:
        return so_far if step.unit is None else step
    return list_of(ANY) if so_far.sort is step.sort is Sort.LIST else ANY


SOME: Final = Quantifier(
    ("some",), "True", "True", "False",
    {"fr": "pour au moins un élément de {0}, {1}", "en": "for at least one element of {0}, {1}"},
)  # fmt: skip
ALL: Final = Quantifier(
    ("all",), "False", "False", "False",
    {"fr": "pour chaque élément de {0}, {1}", "en": "for every element of {0}, {1}"},
)  # fmt: skip
NONE: Final = Quantifier(
    ("none",), "True", "False", "True",
    {"fr": "pour aucun élément de {0}, {1}", "en": "for no element of {0}, {1}"},
)  # fmt: skip
OPERATORS: Final[tuple[Loop, ...]] = (Filter(), Map(), Reduce(), ALL, NONE, SOME)
LOOPS: Final[Mapping[str, Loop]] = {name: loop for loop in OPERATORS for name in loop.names}
