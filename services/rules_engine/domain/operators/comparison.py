"""Comparisons: equal, unequal, order, and between. A comparison with an unknown value is unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from services.rules_engine.domain.coercion import LOOSE
from services.rules_engine.domain.generating import Atom, Writer
from services.rules_engine.domain.operators.aligning import aligned
from services.rules_engine.domain.terms import BOOLEAN, CHAIN, THREE, TWO, Arity, Call, Sort, Term, Type, Words

_EQUAL: Final[Words] = {"fr": "{0} {est} {egal} {to1}", "en": "{0} {is} equal to {1}"}
_UNEQUAL: Final[Words] = {"fr": "{0} {est} différent{e} {of1}", "en": "{0} {is} different from {1}"}
_PLAIN: Final = frozenset({Sort.NUMBER, Sort.BOOLEAN})


@dataclass(frozen=True)
class Comparison:
    """Two values in an order, or three in a chain, as in ``{"<": [1, x, 3]}``.

    Attributes:
        symbol: as in JSON-logic.
        python: the same in Python, for numbers and booleans.
    """

    names: tuple[str, ...]
    symbol: str
    python: str
    words: Words
    arity: Arity = TWO
    takes: Sort = Sort.ANY
    one_unit: bool = True
    compares: bool = True

    def typed(self, arguments: Sequence[Term]) -> tuple[Type, tuple[Term, ...]]:
        return BOOLEAN, aligned(arguments)[1]

    def value(self, code: Writer, call: Call) -> Atom:
        atoms = [code.value(argument) for argument in call.arguments]
        sorts = [argument.type.sort for argument in call.arguments]
        result = self.pair(code, atoms[:2], sorts[:2])
        if len(atoms) == 3:
            result = code.put(f"conjunction({result.name}, {self.pair(code, atoms[1:], sorts[1:]).name})")
        return code.note(call, atoms, result)

    def truth(self, code: Writer, call: Call) -> Atom:
        return self.value(code, call)

    def pair(self, code: Writer, atoms: Sequence[Atom], sorts: Sequence[Sort]) -> Atom:
        """Write the code that compares two values."""
        left, right = atoms
        strict = self.symbol in ("===", "!==")
        if _PLAIN.issuperset(sorts) and not (strict and sorts[0] is not sorts[1]):
            return code.when_known(f"{left.name} {self.python} {right.name}", atoms)
        return code.put(f"{code.constant(LOOSE[self.symbol])}({left.name}, {right.name})")


@dataclass(frozen=True)
class Between:
    """A value from a lower to an upper bound, both included."""

    names: tuple[str, ...] = ("between",)
    arity: Arity = THREE
    takes: Sort = Sort.NUMBER
    one_unit: bool = True
    compares: bool = True
    words: Words = field(
        default_factory=lambda: {"fr": "{0} {est} compris{es} entre {1} et {2}", "en": "{0} {is} between {1} and {2}"}
    )

    def typed(self, arguments: Sequence[Term]) -> tuple[Type, tuple[Term, ...]]:
        return BOOLEAN, aligned(arguments)[1]

    def value(self, code: Writer, call: Call) -> Atom:
        atoms = [code.number(argument) for argument in call.arguments]
        value, low, high = atoms
        if low.known and high.known:
            return code.note(call, atoms, code.when_known(f"{low.name} <= {value.name} <= {high.name}", [value]))
        above = code.when_known(f"{low.name} <= {value.name}", [low, value])
        below = code.when_known(f"{value.name} <= {high.name}", [value, high])
        return code.note(call, atoms, code.put(f"conjunction({above.name}, {below.name})"))

    def truth(self, code: Writer, call: Call) -> Atom:
        return self.value(code, call)


OPERATORS: Final = (
    Comparison(("==", "equals"), "==", "==", _EQUAL),
    Comparison(("!=",), "!=", "!=", _UNEQUAL),
    Comparison(("===",), "===", "==", _EQUAL),
    Comparison(("!==",), "!==", "!=", _UNEQUAL),
    Comparison((">", "above"), ">", ">", {"fr": "{0} dépasse{nt} {1}", "en": "{0} {is} above {1}"}, CHAIN),
    Comparison(
        (">=", "at_least"), ">=", ">=", {"fr": "{0} {atteint} au moins {1}", "en": "{0} {is} at least {1}"}, CHAIN
    ),
    Comparison(("<", "below"), "<", "<", {"fr": "{0} {est} inférieur{e} {to1}", "en": "{0} {is} below {1}"}, CHAIN),
    Comparison(
        ("<=", "at_most"), "<=", "<=", {"fr": "{0} ne dépasse{nt} pas {1}", "en": "{0} {is} at most {1}"}, CHAIN
    ),
    Between(),
)
