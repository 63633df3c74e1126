"""``missing`` and ``missing_some``: which of some names have no value now. The answer is always known.

In a rule the names are properties, and what is missing is what is unknown. In plain data empty text is missing too,
as in JSON-logic's first implementation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from services.rules_engine.domain.generating import Atom, Writer
from services.rules_engine.domain.operators.access import Read, look_up_name, whole
from services.rules_engine.domain.operators.lists import Listing, as_elements, listed
from services.rules_engine.domain.terms import (
    FREE,
    TWO,
    Arity,
    Call,
    Operator,
    Sort,
    Term,
    Type,
    Variable,
    Words,
    list_of,
)
from shared.documents import Path

_NAMES: Final = list_of(Type(Sort.TEXT))
_APART: Final = Listing(one_unit=False)


@dataclass(frozen=True)
class Missing:
    """``missing``: its arguments are names of plain data, or, with ``asked``, the values that these names have."""

    asked: bool = False
    names: tuple[str, ...] = ("missing",)
    arity: Arity = FREE
    takes: Sort = Sort.ANY
    one_unit: bool = False
    compares: bool = False
    words: Words = field(default_factory=lambda: {"fr": "ce qui manque parmi {all}", "en": "what is missing of {all}"})

    def typed(self, arguments: Sequence[Term]) -> tuple[Type, tuple[Term, ...]]:
        return _NAMES, tuple(arguments)

    def takes_list(self, index: int, count: int) -> bool:
        return True

    def value(self, code: Writer, call: Call) -> Atom:
        return _unknown(code, call.arguments) if self.asked else _absent(code, call.arguments)

    def truth(self, code: Writer, call: Call) -> Atom:
        return code.truth_of(self.value(code, call), Sort.LIST)


@dataclass(frozen=True)
class MissingSome:
    """``missing_some``: nothing if so many of the names have a value, else the names that have none."""

    asked: bool = False
    names: tuple[str, ...] = ("missing_some",)
    arity: Arity = TWO
    takes: Sort = Sort.ANY
    one_unit: bool = False
    compares: bool = False

    @property
    def words(self) -> Words:
        return {"fr": "ce qui manque pour en avoir {0} parmi {1}", "en": "what is missing to have {0} of {1}"}

    def typed(self, arguments: Sequence[Term]) -> tuple[Type, tuple[Term, ...]]:
        return _NAMES, tuple(arguments)

    def takes_list(self, index: int, count: int) -> bool:
        return index == 1

    def value(self, code: Writer, call: Call) -> Atom:
        need, names = code.number(call.arguments[0]), call.arguments[1]
        if self.asked and isinstance(names, Call):
            missing, count = _unknown(code, names.arguments), code.constant(len(names.arguments))
        else:
            missing = _absent(code, [names])
            count = code.put(f"{code.constant(count_of)}({code.value(names).name})").name
        return code.when_known(f"{code.constant(unless)}({missing.name}, {count} - {need.name})", [need, missing])

    def truth(self, code: Writer, call: Call) -> Atom:
        return code.truth_of(self.value(code, call), Sort.LIST)


OPERATORS: Final[tuple[Operator, ...]] = (Missing(), MissingSome())
NAMES: Final = tuple(name for operator in OPERATORS for name in operator.names)


def asking(name: str, need: Sequence[Term], values: Sequence[Term], path: Path) -> Call:
    """The operator of that name on the values that the names have, each a property or an element."""
    if name in MissingSome.names:
        return Call(MissingSome(asked=True), name, (*need, listed(values, path, _APART)), _NAMES, path)
    return Call(Missing(asked=True), name, tuple(values), _NAMES, path)


def absent(data: Any, keys: Sequence[Any]) -> list[Any] | None:
    """The keys, in lists or not, under which plain data have nothing; unknown if one of the keys is."""
    flat = [key for each in keys for key in as_elements(each)]
    return None if None in flat else [key for key in flat if look_up_name(data, key) in (None, "")]


def count_of(keys: Any) -> int:
    """How many keys a list of them has."""
    return len(as_elements(keys))


def unless(missing: list[Any], allowed: float) -> list[Any]:
    """What is missing, or nothing if so much may be."""
    return [] if len(missing) <= allowed else missing


def _absent(code: Writer, keys: Sequence[Term]) -> Atom:
    names = "".join(f"{code.value(key).name}, " for key in keys)
    return code.put(f"{code.constant(absent)}({whole(code)}, ({names}))")


def _unknown(code: Writer, values: Sequence[Term]) -> Atom:
    pairs = "".join(f"({code.constant(_name(value))}, {code.value(value).name}), " for value in values)
    return code.put(f"[name for name, value in ({pairs}) if value is None]", known=True)


def _name(value: Term) -> str:
    if isinstance(value, Variable):
        return value.name
    steps = value.operator.steps if isinstance(value, Call) and isinstance(value.operator, Read) else None
    return ".".join(steps or ())
