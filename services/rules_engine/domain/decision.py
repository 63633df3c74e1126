"""A condition that can be decided: its inputs, its two generated functions, and what a decision looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any, Final

from services.rules_engine.domain.coercion import Value, truth_of
from services.rules_engine.domain.generating import generate
from services.rules_engine.domain.inputs.input import Depth, Input
from services.rules_engine.domain.inputs.latest import Latest
from services.rules_engine.domain.inputs.members import Correlated, Counted, Together
from services.rules_engine.domain.scene import Scene
from services.rules_engine.domain.terms import Call, Constant, Reading, Sort, Term, Variable, calls, variables
from services.rules_engine.domain.truth import Truth

Row = Sequence[Value]
"""A value for each input of a condition, in their order; None: unknown."""


@dataclass(frozen=True)
class Compared:
    """One comparison of a decision: the operator, its values in its own unit, and what came of it."""

    call: Call
    values: tuple[Value, ...]
    truth: Truth


@dataclass(frozen=True)
class Asked:
    """What a decision asked without comparing it: a calendar, a silence, a state; and what the answer was."""

    term: Reading | Variable
    truth: Truth


@dataclass(frozen=True)
class Trace:
    """Every comparison of a condition, in the order in which it is written, and the truth of the whole.

    Attributes:
        asked: the questions that are no comparisons, in their order.
    """

    truth: Truth
    compared: tuple[Compared, ...]
    asked: tuple[Asked, ...] = ()


@dataclass(frozen=True)
class Threshold:
    """A constant that a property is compared with, in the property's unit."""

    property: str
    value: float
    unit: str | None
    constant: Constant


@dataclass(frozen=True)
class Compiled:
    """A condition as a function of a row, or of the scene that the row is read from.

    Attributes:
        inputs: what the row holds, in order.
        decide: true, false or unknown; never raises, whatever the row holds.
    """

    term: Term
    inputs: tuple[Input, ...]
    decide: Callable[[Row], Truth] = field(repr=False, compare=False)
    _traced: Callable[[Row, list[Any]], Truth] = field(repr=False, compare=False)
    _noted: tuple[Call, ...] = field(repr=False, compare=False)

    def row(self, scene: Scene) -> list[Value]:
        """The values of its inputs."""
        return [read(scene) for read in self._reads]

    def decide_in(self, scene: Scene) -> Truth:
        """Whether it holds."""
        return self.decide([read(scene) for read in self._reads])

    def work_out_in(self, scene: Scene) -> Value:
        """Its value, of a term that is no condition."""
        value: Value = self._value(self.row(scene))
        return value

    def trace(self, row: Row) -> Trace:
        """The same decision, with every comparison that it can make."""
        notes: list[tuple[int, tuple[Value, ...], Truth]] = []
        truth = self._traced(row, notes)
        seen = (Compared(self._noted[index], values, result) for index, values, result in notes)
        asked = tuple(Asked(term, truth_of(row[index])) for term, index in self._questions)
        return Trace(truth, tuple(_once(seen)), asked)

    def trace_in(self, scene: Scene) -> Trace:
        """The same for a scene."""
        return self.trace(self.row(scene))

    @property
    def comparisons(self) -> tuple[Call, ...]:
        """All that a trace can hold, as it holds them."""
        return self._noted

    def moments(self, scene: Scene) -> Iterator[int]:
        """When the clock alone may change one of its inputs, stamps; see ``Input.moments``."""
        for each in self.inputs:
            yield from each.moments(scene)

    def lapses(self, scene: Scene) -> int | None:
        """When the last of its inputs that grow stale has done so, a stamp; None: none does."""
        return max((moment for each in self.inputs if each.lapses for moment in each.moments(scene)), default=None)

    @cached_property
    def _reads(self) -> tuple[Callable[[Scene], Value], ...]:
        return tuple(each.read for each in self.inputs)

    @cached_property
    def _questions(self) -> tuple[tuple[Reading | Variable, int], ...]:
        """What is asked without being compared, each once, with its place in the row."""
        places = {key_of(each): index for index, each in enumerate(self.inputs)}
        found: dict[int, Reading | Variable] = {}
        for term in _questions(self.term):
            found.setdefault(places[term.input if isinstance(term, Reading) else term.name], term)
        return tuple((term, index) for index, term in found.items())

    @cached_property
    def _value(self) -> Callable[[Row], Any]:
        return generate(self.term, [(key_of(each), each.type.sort) for each in self.inputs], truth_only=False)[0]

    @cached_property
    def needs(self) -> Mapping[str, Depth]:
        """How much of which properties of the point it reads."""
        found: dict[str, Depth] = {}
        for each in self.inputs:
            for name, depth in each.needs.items():
                found[name] = depth.widened(found.get(name, Depth()))
        return found

    @cached_property
    def correlated(self) -> tuple[Correlated, ...]:
        """The inputs that read other points."""
        return tuple(each for each in self.inputs if isinstance(each, Counted | Together))

    @cached_property
    def turns(self) -> bool:
        """Whether it may become true by the clock alone."""
        return self.replaces_unknown or any(each.turns for each in self.inputs)

    @cached_property
    def replaces_unknown(self) -> bool:
        """Whether what becomes unknown may make it true: a ``var`` with a default, a question what is missing."""
        if any(variable.default is not None for variable in variables(self.term)):
            return True
        return any(_answers_unknown(call) for call in calls(self.term))

    @cached_property
    def rises_without_data(self) -> bool:
        """Whether it may be true when all that grows stale has done so."""
        if self.replaces_unknown or not all(each.lapses or each.type.sort is Sort.BOOLEAN for each in self.inputs):
            return True
        choices = [(None,) if each.lapses else (True, False) for each in self.inputs]
        if sum(len(each) == 2 for each in choices) > _MOST_SWITCHES:
            return True
        return any(self.decide(row) for row in product(*choices))


def _questions(term: Term, *, decides: bool = True) -> Iterator[Reading | Variable]:
    """The values of a term that are true or not by themselves."""
    if isinstance(term, Reading | Variable):
        if decides or term.type.sort is Sort.BOOLEAN:
            yield term
    elif isinstance(term, Call):
        for part in term.arguments:
            yield from _questions(part, decides=term.type.sort is Sort.BOOLEAN and not term.operator.compares)


_MOST_SWITCHES: Final = 8


def _once(compared: Iterable[Compared]) -> Iterator[Compared]:
    """Without those that say again what the one before said: both ends of a census, when no member is unknown."""
    before: Compared | None = None
    for each in compared:
        if before is None or (before.call.path, before.values, before.truth) != (
            each.call.path,
            each.values,
            each.truth,
        ):
            yield each
        before = each


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


def key_of(each: Input) -> object:
    """What names an input in generated code: of a property its name, of all others the input itself."""
    return each.name if isinstance(each, Latest) else each
