"""Turns a term into a Python function over a flat row, plain or traced, from the same description of each operator.

The source is made of our own names and keywords only: everything an author wrote goes in as a constant.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from services.rules_engine.domain import coercion, truth
from services.rules_engine.domain.terms import Call, Constant, Converted, Reading, Sort, Term, Variable

_RUNTIME: Final[dict[str, Any]] = {
    "__builtins__": {"min": min, "max": max},
    "number_of": coercion.number_of,
    "truth_of": coercion.truth_of,
    "conjunction": truth.conjunction,
    "disjunction": truth.disjunction,
}


@dataclass(frozen=True)
class Atom:
    """The name that holds a result in generated code; ``known`` if it is never None."""

    name: str
    known: bool = False


class Writer:
    """Collects the lines of one function.

    Attributes:
        traced: every part is evaluated and every comparison noted; else evaluation stops when the truth is known.
        scope: what ``var`` reads where it isn't a property: the variables of generated code by their names in a
            condition; the name ``""`` is the whole.
        plain: the function is over plain data, whose size nobody knows beforehand, so it must count as it goes.
    """

    def __init__(self, inputs: Sequence[object], *, traced: bool, plain: bool = False) -> None:
        self.traced = traced
        self.plain = plain
        self.scope: Mapping[str, str] = {"": "row"}
        self.noted: list[Call] = []
        self._inputs = {name: index for index, name in enumerate(inputs)}
        self._names: dict[str, Any] = dict(_RUNTIME)
        self._lines: list[str] = []
        self._indent = 1
        self._count = 0

    def constant(self, value: object) -> str:
        """A name for a value that generated code may read; a number stands there itself, which is read faster."""
        if isinstance(value, float) and math.isfinite(value):
            return f"({value!r})" if value < 0 else repr(value)
        name = f"c{len(self._names)}"
        self._names[name] = value
        return name

    def line(self, text: str) -> None:
        self._lines.append("    " * self._indent + text)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Lines below ``head``, which ends in a colon."""
        self.line(head)
        self._indent += 1
        yield
        self._indent -= 1

    @contextmanager
    def scoped(self, scope: Mapping[str, str]) -> Iterator[None]:
        """Code in which ``var`` reads from another scope."""
        outer, self.scope = self.scope, scope
        yield
        self.scope = outer

    def fresh(self) -> str:
        """A name that nothing has yet."""
        self._count += 1
        return f"t{self._count}"

    def put(self, expression: str, *, known: bool = False) -> Atom:
        """A fresh name for an expression."""
        atom = Atom(self.fresh(), known)
        self.line(f"{atom.name} = {expression}")
        return atom

    def when_known(self, expression: str, operands: Sequence[Atom]) -> Atom:
        """The expression where all operands are known, else unknown."""
        doubtful = dict.fromkeys(operand.name for operand in operands if not operand.known)
        if not doubtful:
            return self.put(expression, known=True)
        return self.put(f"None if {' or '.join(f'{name} is None' for name in doubtful)} else {expression}")

    def finite(self, atom: Atom) -> Atom:
        """The same number, unknown if it overflowed: only infinities and NaN minus themselves are not 0."""
        guard = "" if atom.known else f"{atom.name} is not None and "
        self.line(f"if {guard}{atom.name} - {atom.name} != 0.0: {atom.name} = None")
        return Atom(atom.name)

    def note(self, call: Call, operands: Sequence[Atom], result: Atom) -> Atom:
        """In a traced function, remember a comparison with its values."""
        if self.traced:
            values = "".join(f"{operand.name}, " for operand in operands)
            self.line(f"notes.append(({len(self.noted)}, ({values}), {result.name}))")
            self.noted.append(call)
        return result

    def value(self, term: Term) -> Atom:
        """Write the code that gives the value of a term."""
        if isinstance(term, Call):
            return term.operator.value(self, term)
        if isinstance(term, Constant):
            return Atom(self.constant(term.value), term.value is not None)
        if isinstance(term, Converted):
            inner = self.number(term.term)
            line = f"{inner.name} * {self.constant(term.slope)} + {self.constant(term.offset)}"
            return self.finite(self.when_known(line, [inner]))
        if isinstance(term, Reading):
            return Atom(f"v{self._inputs[term.input]}")
        return self._variable(term)

    def number(self, term: Term) -> Atom:
        """The value of a term as a number."""
        atom = self.value(term)
        if term.type.sort in (Sort.NUMBER, Sort.BOOLEAN):
            return atom
        return self.put(f"number_of({atom.name})")

    def truth(self, term: Term) -> Atom:
        """Write the code that gives the truth of a term."""
        if isinstance(term, Call):
            return term.operator.truth(self, term)
        return self.truth_of(self.value(term), term.type.sort)

    def truth_of(self, atom: Atom, sort: Sort) -> Atom:
        """The truth of a value that the code has already."""
        if sort is Sort.BOOLEAN:
            return atom
        if sort is Sort.NUMBER:
            return self.when_known(f"{atom.name} != 0.0", [atom])
        return self.put(f"truth_of({atom.name})")

    def function(self, result: Atom, prologue: Sequence[str]) -> Callable[..., Any]:
        """The finished function; a traced one takes the list of notes beside the row."""
        head = "def generated(row, notes):" if self.traced else "def generated(row):"
        body = [head, *(f"    {line}" for line in prologue), *self._lines, f"    return {result.name}"]
        exec(compile("\n".join(body), "<condition>", "exec"), self._names)  # noqa: S102 - see the module's docstring
        function: Callable[..., Any] = self._names["generated"]
        return function

    def _variable(self, variable: Variable) -> Atom:
        atom = Atom(f"v{self._inputs[variable.name]}")
        if variable.default is None:
            return atom
        default = self.value(variable.default)
        return self.put(f"{default.name} if {atom.name} is None else {atom.name}", known=default.known)


def generate(
    term: Term, inputs: Sequence[tuple[object, Sort]], *, traced: bool = False, truth_only: bool = True
) -> tuple[Callable[..., Any], tuple[Call, ...]]:
    """A function of a row (and of a list for notes, if traced), with the comparisons that its notes number."""
    writer = Writer([name for name, _ in inputs], traced=traced)
    result = writer.truth(term) if truth_only else writer.value(term)
    return writer.function(result, list(_prologue(inputs))), tuple(writer.noted)


def _prologue(inputs: Sequence[tuple[object, Sort]]) -> Iterator[str]:
    """The values of the row; inputs see to it that numbers are finite."""
    if inputs:
        yield f"{', '.join(f'v{index}' for index in range(len(inputs)))}, = row"
