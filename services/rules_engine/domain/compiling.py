"""From a condition as written to a function over a row; the one module that knows the ``jsonlogic`` library.

The library gives the operator tree and the registry. It loses places, reads past a second key and lets foreign
errors out, so the tree is checked before it goes in, and the terms are built from both, side by side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from jsonlogic.core import JSONLogicExpression, JSONLogicSyntaxError
from jsonlogic.core import Operator as LibraryOperator
from jsonlogic.operators import operator_registry
from jsonlogic.registry import UnknownOperator

from services.rules_engine.domain import checks
from services.rules_engine.domain.checks.check import ConditionUnderCheck, TreeUnderCheck
from services.rules_engine.domain.decision import Compiled, Input
from services.rules_engine.domain.generating import generate
from services.rules_engine.domain.literal import constant
from services.rules_engine.domain.operators import NAMES, OPERATORS, access, is_word
from services.rules_engine.domain.terms import ANY, Call, Sort, Term, Type, variables
from shared.documents import Document, Path
from shared.model.registry import Property
from shared.problems import Problem

# What the library is known to raise on trees that it can't take, beside its own errors.
_FOREIGN: Final = (
    JSONLogicSyntaxError, UnknownOperator, StopIteration, LookupError, TypeError, ValueError, AttributeError,
    RecursionError,
)  # fmt: skip


@dataclass(frozen=True)
class Compilation:
    """A condition compiled, or the problems that keep it from being; warnings may stand beside a compiled one."""

    compiled: Compiled | None
    problems: tuple[Problem, ...] = ()


@dataclass
class _Node(LibraryOperator):
    """Any operator of ours, as the library carries it. Conditions are compiled, never interpreted by the library."""

    arguments: list[Any]

    @classmethod
    def from_expression(cls, operator: str, arguments: list[Any]) -> _Node:
        return cls(operator, arguments)

    def evaluate(self, context: object) -> Any:
        raise TypeError(f"'{self.operator}' is compiled, not interpreted ({context!r})")


_REGISTRY: Final = operator_registry.copy(extend=dict.fromkeys(NAMES, _Node), force=True)


def check_tree(document: Document, path: Path) -> tuple[Problem, ...]:
    """What is wrong with a condition whatever the properties are."""
    return checks.of_tree(TreeUnderCheck(document, path))


def compile_condition(document: Document, path: Path, properties: Mapping[str, Property]) -> Compilation:
    """Compile the condition that stands at the path, over the properties of a kind.

    Bare thresholds are in the property's unit, others are converted to it. All problems are found at once.
    """
    types = {name: Type(Sort.NUMBER, each.unit) for name, each in properties.items()}
    problems = list(check_tree(document, path))
    if problems:
        return Compilation(None, tuple(problems))
    term = read_condition(document, path, types)
    if isinstance(term, Problem):
        return Compilation(None, (term,))
    problems += checks.of_condition(ConditionUnderCheck(document, path, term, properties))
    if any(problem.severity == "error" for problem in problems):
        return Compilation(None, tuple(problems))
    return Compilation(compile_term(term, types), tuple(problems))


def compile_term(term: Term, types: Mapping[str, Type]) -> Compiled:
    """The term as plain and traced functions of the inputs that it reads."""
    inputs = inputs_of(term, types)
    row = [(each.name, each.type.sort) for each in inputs]
    decide, _ = generate(term, row)
    traced, noted = generate(term, row, traced=True)
    return Compiled(term, inputs, decide, traced, noted)


def inputs_of(term: Term, types: Mapping[str, Type]) -> tuple[Input, ...]:
    """The properties that a term reads, each once, in the order in which they are first read."""
    return tuple(Input(name, types.get(name, ANY)) for name in dict.fromkeys(each.name for each in variables(term)))


def read_condition(document: Document, path: Path, types: Mapping[str, Type]) -> Term | Problem:
    """The term of a condition that passed ``check_tree``; a problem if the library still refuses it."""
    written = document.data
    for step in path:
        written = written[step]
    try:
        tree = (
            JSONLogicExpression.from_json(written).as_operator_tree(_REGISTRY) if isinstance(written, dict) else written
        )
        return _term(tree, written, path, types)
    except _FOREIGN as error:
        reason = f"{type(error).__name__} {error}".strip()
        return document.problem(path, "shape", f"this can't be read as a condition ({reason})")


def _term(node: Any, written: Any, path: Path, types: Mapping[str, Type]) -> Term:
    if not isinstance(node, _Node):
        return constant(node, path)
    operand = written[node.operator]
    below = (*path, node.operator)
    listed = isinstance(operand, list)
    places = [(*below, index) for index in range(len(operand))] if listed else [below]
    parts = operand if listed else [operand]
    if node.operator == access.NAME:
        return _variable(node, parts, places, types)
    arguments = [_term(*each, types) for each in zip(node.arguments, parts, places, strict=True)]
    if is_word(node.operator) and isinstance(node.arguments[0], str) and arguments[0].type.sort is Sort.TEXT:
        arguments[0] = access.variable(node.arguments[0], (), types, places[0])
    return _call(node.operator, arguments, path)


def _variable(node: _Node, parts: Sequence[Any], places: Sequence[Path], types: Mapping[str, Type]) -> Term:
    default = [_term(*each, types) for each in list(zip(node.arguments, parts, places, strict=True))[1:]]
    return access.variable(node.arguments[0], default, types, places[0])


def _call(name: str, arguments: Sequence[Term], path: Path) -> Call:
    operator = OPERATORS[name]
    kind, told = operator.typed(arguments)
    return Call(operator, name, told, kind, path)
