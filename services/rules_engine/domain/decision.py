"""A condition that can be decided: its inputs, its two generated functions, and what a decision looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from services.rules_engine.domain.coercion import Value
from services.rules_engine.domain.terms import Call, Constant, Sort, Term, Type, Variable, calls, variables
from services.rules_engine.domain.truth import Truth

Row = Sequence[Value]
"""A value for each input of a condition, in their order; None: unknown."""


@dataclass(frozen=True)
class Input:
    """A property that a condition reads, with the UCUM unit in which it wants the value."""

    name: str
    type: Type

    @property
    def unit(self) -> str | None:
        return self.type.unit


@dataclass(frozen=True)
class Compared:
    """One comparison of a decision: the operator, its values in its own unit, and what came of it."""

    call: Call
    values: tuple[Value, ...]
    truth: Truth


@dataclass(frozen=True)
class Trace:
    """Every comparison of a condition, in the order in which it is written, and the truth of the whole."""

    truth: Truth
    compared: tuple[Compared, ...]


@dataclass(frozen=True)
class Threshold:
    """A constant that a property is compared with, in the property's unit."""

    property: str
    value: float
    unit: str | None
    constant: Constant


@dataclass(frozen=True)
class Compiled:
    """A condition as a function of a row.

    Attributes:
        inputs: what the row holds, in order.
        decide: true, false or unknown; never raises, whatever the row holds.
    """

    term: Term
    inputs: tuple[Input, ...]
    decide: Callable[[Row], Truth] = field(repr=False, compare=False)
    _traced: Callable[[Row, list[Any]], Truth] = field(repr=False, compare=False)
    _noted: tuple[Call, ...] = field(repr=False, compare=False)

    def trace(self, row: Row) -> Trace:
        """The same decision, with every comparison that it can make."""
        notes: list[tuple[int, tuple[Value, ...], Truth]] = []
        truth = self._traced(row, notes)
        return Trace(truth, tuple(Compared(self._noted[index], values, result) for index, values, result in notes))

    @cached_property
    def replaces_unknown(self) -> bool:
        """Whether a value that becomes unknown may make the condition true: ``var`` with a default, ``missing``."""
        if any(variable.default is not None for variable in variables(self.term)):
            return True
        return any(_answers_unknown(call) for call in calls(self.term))


def _answers_unknown(call: Call) -> bool:
    name = call.operator.names[0]
    return name in ("missing", "missing_some") or (name == "var" and bool(call.arguments))


def thresholds(term: Term) -> tuple[Threshold, ...]:
    """The constants that properties are compared with directly, as a page or a chart shows them."""
    found: list[Threshold] = []
    for call in calls(term):
        read = [part for part in call.arguments if isinstance(part, Variable) and part.type.sort is Sort.NUMBER]
        if call.operator.compares and len(read) == 1:
            found += [
                Threshold(read[0].name, part.value, read[0].type.unit, part)
                for part in call.arguments
                if isinstance(part, Constant) and isinstance(part.value, float)
            ]
    return tuple(found)
