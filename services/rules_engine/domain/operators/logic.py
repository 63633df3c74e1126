"""And, or, not, if: the truth tables are Kleene's; ``and``, ``or`` and ``if`` give values, as JSON-logic has them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from services.rules_engine.domain.generating import Atom, Writer
from services.rules_engine.domain.operators.aligning import merged
from services.rules_engine.domain.terms import BOOLEAN, ONE, SOME, Arity, Call, Sort, Term, Type, Words


@dataclass(frozen=True)
class Junction:
    """``and`` and ``or``: the first argument that decides, else the last.

    As a truth it is known when one argument decides, whatever the unknown ones are. As a value, where that is
    not a truth, it is unknown from the first unknown argument on: that one might have been the value.

    Attributes:
        decisive: the truth that settles it: False for ``and``, True for ``or``.
        table: the name of its truth table in generated code.
    """

    names: tuple[str, ...]
    decisive: Literal["True", "False"]
    table: str
    words: Words
    arity: Arity = SOME
    takes: Sort = Sort.ANY
    one_unit: bool = False
    compares: bool = False

    def typed(self, arguments: Sequence[Term]) -> tuple[Type, tuple[Term, ...]]:
        return merged([argument.type for argument in arguments]), tuple(arguments)

    def value(self, code: Writer, call: Call) -> Atom:
        if call.type.sort is Sort.BOOLEAN:
            return self.truth(code, call)
        undecided = "True" if self.decisive == "False" else "False"
        if code.traced:
            atoms = [code.value(argument) for argument in call.arguments]
            result = code.put(atoms[-1].name)
            for atom, argument in list(zip(atoms, call.arguments, strict=True))[-2::-1]:
                truth = code.truth_of(atom, argument.type.sort)
                code.line(f"if {truth.name} is not {undecided}: {result.name} = {atom.name}")
            return result
        result = code.put(code.value(call.arguments[0]).name)
        for before, argument in pairwise(call.arguments):
            truth = code.truth_of(result, before.type.sort if before is call.arguments[0] else Sort.ANY)
            with code.block(f"if {truth.name} is {undecided}:"):
                code.line(f"{result.name} = {code.value(argument).name}")
        return result

    def truth(self, code: Writer, call: Call) -> Atom:
        if code.traced:
            atoms = [code.truth(argument) for argument in call.arguments]
            return code.put(f"{self.table}({', '.join(atom.name for atom in atoms)})")
        result = code.put(code.truth(call.arguments[0]).name)
        for argument in call.arguments[1:]:
            with code.block(f"if {result.name} is not {self.decisive}:"):
                atom = code.truth(argument).name
                # Neutral so far: the argument is the truth. Unknown so far: only a decisive argument is.
                code.line(f"if {result.name} is not None or {atom} is {self.decisive}: {result.name} = {atom}")
        return result


@dataclass(frozen=True)
class Not:
    """``!`` and, with ``doubled``, ``!!``."""

    names: tuple[str, ...]
    words: Words
    doubled: bool = False
    arity: Arity = ONE
    takes: Sort = Sort.ANY
    one_unit: bool = False
    compares: bool = False

    def typed(self, arguments: Sequence[Term]) -> tuple[Type, tuple[Term, ...]]:
        return BOOLEAN, tuple(arguments)

    def value(self, code: Writer, call: Call) -> Atom:
        atom = code.truth(call.arguments[0])
        return atom if self.doubled else code.when_known(f"not {atom.name}", [atom])

    def truth(self, code: Writer, call: Call) -> Atom:
        return self.value(code, call)


@dataclass(frozen=True)
class If:
    """Condition, value, condition, value, ..., value otherwise. An unknown condition makes the whole unknown."""

    names: tuple[str, ...]
    words: Words
    arity: Arity = SOME
    takes: Sort = Sort.ANY
    one_unit: bool = False
    compares: bool = False

    def typed(self, arguments: Sequence[Term]) -> tuple[Type, tuple[Term, ...]]:
        values = [argument.type for argument in arguments[1::2]]
        if len(arguments) % 2:
            values.append(arguments[-1].type)
        return merged(values), tuple(arguments)

    def takes_list(self, index: int, count: int) -> bool:
        """As a value; a written list is no condition, for it never changes."""
        return index % 2 == 1 or (index == count - 1 > 0)

    def value(self, code: Writer, call: Call) -> Atom:
        return self._chosen(code, call, code.value)

    def truth(self, code: Writer, call: Call) -> Atom:
        return self._chosen(code, call, code.truth)

    def _chosen(self, code: Writer, call: Call, read: Callable[[Term], Atom]) -> Atom:
        if code.traced:
            return self._chosen_of_all(code, call, read)
        result, searching = code.put("None"), code.put("True")
        count = len(call.arguments)
        for index in range(0, count - 1, 2):
            with code.block(f"if {searching.name}:"):
                truth = code.truth(call.arguments[index])
                code.line(f"{searching.name} = {truth.name} is False")
                with code.block(f"if {truth.name} is True:"):
                    code.line(f"{result.name} = {read(call.arguments[index + 1]).name}")
        if count % 2:
            with code.block(f"if {searching.name}:"):
                code.line(f"{result.name} = {read(call.arguments[-1]).name}")
        return result

    def _chosen_of_all(self, code: Writer, call: Call, read: Callable[[Term], Atom]) -> Atom:
        """Every branch is evaluated, so that a trace shows them all; then one is chosen, from the last to the first."""
        count = len(call.arguments)
        branches = [
            (code.truth(call.arguments[index]), read(call.arguments[index + 1])) for index in range(0, count - 1, 2)
        ]
        result = code.put(read(call.arguments[-1]).name if count % 2 else "None")
        for truth, value in reversed(branches):
            code.line(f"if {truth.name} is not False: {result.name} = {value.name} if {truth.name} else None")
        return result


OPERATORS: Final = (
    Junction(("and",), "False", "conjunction", {"fr": "{all}", "en": "{all}"}),
    Junction(("or",), "True", "disjunction", {"fr": "{any}", "en": "{any}"}),
    Not(("!", "not"), {"fr": "il n'est pas vrai {that0}", "en": "it is not true that {0}"}),
    Not(("!!",), {"fr": "{0}", "en": "{0}"}, doubled=True),
    If(("if", "?:"), {"fr": "{1} si {0}", "en": "{1} if {0}"}),
)
