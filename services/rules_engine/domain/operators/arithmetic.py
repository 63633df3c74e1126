"""Arithmetic on numbers with units. Unknown operands, division by zero and overflow give unknown, never an error."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from services.rules_engine.domain.generating import Atom, Writer
from services.rules_engine.domain.operators.aligning import aligned
from services.rules_engine.domain.terms import COMPOUND, NUMBER, SOME, TWO, Arity, Call, Sort, Term, Type, Words


@dataclass(frozen=True)
class Sum:
    """``+`` and ``-``: all in one unit; with one argument the number itself, or its negative."""

    names: tuple[str, ...]
    symbol: Literal["+", "-"]
    arity: Arity
    words: Words
    takes: Sort = Sort.NUMBER
    one_unit: bool = True
    compares: bool = False

    def typed(self, arguments: Sequence[Term]) -> tuple[Type, tuple[Term, ...]]:
        unit, terms = aligned(arguments, by_scale=True)
        return Type(Sort.NUMBER, unit), terms

    def value(self, code: Writer, call: Call) -> Atom:
        atoms = [code.number(argument) for argument in call.arguments]
        names = [atom.name for atom in atoms]
        expression = f" {self.symbol} ".join(names) if len(names) > 1 else f"{self.symbol}{names[0]}"
        return code.finite(code.when_known(expression, atoms))

    def truth(self, code: Writer, call: Call) -> Atom:
        return code.truth_of(self.value(code, call), Sort.NUMBER)


@dataclass(frozen=True)
class Product:
    """``*``: at most one factor has a unit, else the product has none of the list."""

    names: tuple[str, ...] = ("*", "times")
    arity: Arity = SOME
    takes: Sort = Sort.NUMBER
    one_unit: bool = False
    compares: bool = False

    @property
    def words(self) -> Words:
        return {"fr": "le produit {of_all}", "en": "the product of {all}"}

    def typed(self, arguments: Sequence[Term]) -> tuple[Type, tuple[Term, ...]]:
        units = [argument.type.unit for argument in arguments if argument.type.unit not in (None, "1")]
        unit = units[0] if len(units) == 1 else COMPOUND if units else None
        return Type(Sort.NUMBER, unit), tuple(arguments)

    def value(self, code: Writer, call: Call) -> Atom:
        atoms = [code.number(argument) for argument in call.arguments]
        expression = " * ".join(["1", *(atom.name for atom in atoms)] if len(atoms) == 1 else [a.name for a in atoms])
        return code.finite(code.when_known(expression, atoms))

    def truth(self, code: Writer, call: Call) -> Atom:
        return code.truth_of(self.value(code, call), Sort.NUMBER)


@dataclass(frozen=True)
class Quotient:
    """``/`` and ``%``; the remainder has the sign of the dividend, as in JSON-logic."""

    names: tuple[str, ...]
    symbol: Literal["/", "%"]
    words: Words
    arity: Arity = TWO
    takes: Sort = Sort.NUMBER
    one_unit: bool = False
    compares: bool = False

    def typed(self, arguments: Sequence[Term]) -> tuple[Type, tuple[Term, ...]]:
        dividend, divisor = (argument.type.unit for argument in arguments)
        if divisor in (None, "1"):
            return Type(Sort.NUMBER, dividend), tuple(arguments)
        _, terms = aligned(arguments, by_scale=True)
        if terms[0].type.unit == terms[1].type.unit != COMPOUND:
            return (NUMBER if self.symbol == "/" else Type(Sort.NUMBER, terms[0].type.unit)), terms
        return Type(Sort.NUMBER, COMPOUND), tuple(arguments)

    def value(self, code: Writer, call: Call) -> Atom:
        atoms = [code.number(argument) for argument in call.arguments]
        left, right = atoms
        modulo = f"{code.constant(math.fmod)}({left.name}, {right.name})"
        expression = f"{left.name} / {right.name}" if self.symbol == "/" else modulo
        guarded = f"({expression}) if {right.name} else None"
        return code.finite(Atom(code.when_known(guarded, atoms).name))

    def truth(self, code: Writer, call: Call) -> Atom:
        return code.truth_of(self.value(code, call), Sort.NUMBER)


@dataclass(frozen=True)
class Extreme:
    """``min`` and ``max`` of its arguments at one moment; one unknown argument makes it unknown."""

    names: tuple[str, ...]
    words: Words
    arity: Arity = SOME
    takes: Sort = Sort.NUMBER
    one_unit: bool = True
    compares: bool = False

    def typed(self, arguments: Sequence[Term]) -> tuple[Type, tuple[Term, ...]]:
        unit, terms = aligned(arguments)
        return Type(Sort.NUMBER, unit), terms

    def value(self, code: Writer, call: Call) -> Atom:
        atoms = [code.number(argument) for argument in call.arguments]
        names = ", ".join(atom.name for atom in atoms)
        return code.when_known(f"{self.names[0]}(({names},))", atoms)

    def truth(self, code: Writer, call: Call) -> Atom:
        return code.truth_of(self.value(code, call), Sort.NUMBER)


OPERATORS: Final = (
    Sum(("+",), "+", SOME, {"fr": "la somme {of_all}", "en": "the sum of {all}"}),
    Sum(("-",), "-", Arity(1, 2), {"fr": "la différence entre {0} et {1}", "en": "the difference between {0} and {1}"}),
    Product(),
    Quotient(("/",), "/", {"fr": "le quotient {of0} par {1}", "en": "{0} divided by {1}"}),
    Quotient(
        ("%", "modulo"),
        "%",
        {"fr": "le reste de la division {of0} par {1}", "en": "the remainder of {0} divided by {1}"},
    ),
    Extreme(("min",), {"fr": "le minimum {of_all}", "en": "the smallest of {all}"}),
    Extreme(("max",), {"fr": "le maximum {of_all}", "en": "the largest of {all}"}),
)
