"""From a condition as written to a function over a row; the one module that knows the ``jsonlogic`` library.

The library gives the operator tree and the registry. It loses places, reads past a second key and lets foreign
errors out, so the tree is checked before it goes in, and the terms are built from both, side by side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from jsonlogic.core import JSONLogicExpression, JSONLogicSyntaxError
from jsonlogic.core import Operator as LibraryOperator
from jsonlogic.operators import operator_registry
from jsonlogic.registry import UnknownOperator

from services.rules_engine.domain import checks
from services.rules_engine.domain.checks.check import ConditionUnderCheck, TreeUnderCheck
from services.rules_engine.domain.decision import Compiled, Input
from services.rules_engine.domain.generating import generate
from services.rules_engine.domain.literal import constant, plain_constant
from services.rules_engine.domain.operators import NAMES, OPERATORS, access, is_word, missing
from services.rules_engine.domain.operators.lists import listed
from services.rules_engine.domain.operators.loops import LOOPS
from services.rules_engine.domain.scopes import Scope, is_plain
from services.rules_engine.domain.terms import ANY, Call, Sort, Term, Type, variables
from shared.documents import Document, Path
from shared.model.registry import Property
from shared.problems import Problem

# What the library is known to raise on trees that it can't take, beside its own errors.
_FOREIGN: Final = (
    JSONLogicSyntaxError, UnknownOperator, StopIteration, LookupError, TypeError, ValueError, AttributeError,
    RecursionError,
)  # fmt: skip

_Arguments: TypeAlias = Sequence[tuple[Any, Any, Path]]
"""Of each argument what the library makes of it, what is written, and where."""


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
        return _term(_tree(written), written, path, types)
    except _FOREIGN as error:
        reason = f"{type(error).__name__} {error}".strip()
        return document.problem(path, "shape", f"this can't be read as a condition ({reason})")


def _tree(written: Any) -> Any:
    if isinstance(written, list):
        return [_tree(part) for part in written]
    return JSONLogicExpression.from_json(written).as_operator_tree(_REGISTRY) if isinstance(written, dict) else written


def _term(node: Any, written: Any, path: Path, types: Mapping[str, Type]) -> Term:
    if not isinstance(node, _Node):
        return _value(node, written, path, types)
    operand = written[node.operator]
    below = (*path, node.operator)
    listed = isinstance(operand, list)
    places = [(*below, index) for index in range(len(operand))] if listed else [below]
    parts = operand if listed else [operand]
    special = _special(node, list(zip(node.arguments, parts, places, strict=True)), path, types)
    if special is not None:
        return special
    if node.operator == access.NAME:
        return _variable(node, parts, places, types)
    arguments = [_term(*each, types) for each in zip(node.arguments, parts, places, strict=True)]
    if is_word(node.operator) and isinstance(node.arguments[0], str) and arguments[0].type.sort is Sort.TEXT:
        arguments[0] = _named(node.arguments[0], places[0], types)
    return _call(node.operator, arguments, path)


def _variable(node: _Node, parts: Sequence[Any], places: Sequence[Path], types: Mapping[str, Type]) -> Term:
    default = [_term(*each, types) for each in list(zip(node.arguments, parts, places, strict=True))[1:]]
    return access.variable(node.arguments[0], default, types, places[0])


def _value(node: Any, written: Any, path: Path, types: Mapping[str, Type]) -> Term:
    """A list with its elements, or a plain value."""
    if isinstance(node, list):
        return listed([_term(*each, types) for each in _elements((node, written, path))], path)
    return plain_constant(node, path) if is_plain(types) else constant(node, path)


def _named(name: str, path: Path, types: Mapping[str, Type]) -> Term:
    """What a bare name means: a property, or in a scope what lies there."""
    return access.read(name, (), types, path) if isinstance(types, Scope) else access.variable(name, (), types, path)


def _special(node: _Node, arguments: _Arguments, path: Path, types: Mapping[str, Type]) -> Term | None:
    """The term of an operator whose arguments are not simply read, one like the other."""
    if node.operator == access.NAME and isinstance(types, Scope):
        return _scoped(arguments, path, types)
    if node.operator in LOOPS:
        return _loop(node.operator, arguments, path, types)
    if node.operator in missing.NAMES and not is_plain(types):
        return _missing(node.operator, arguments, path, types)
    return None


def _scoped(arguments: _Arguments, path: Path, scope: Scope) -> Call:
    """``var`` in a scope, where its name may be worked out, or not be there: then it means the whole."""
    if not arguments:
        return access.read(None, (), scope, path)
    name, _, place = arguments[0]
    worked_out = _term(*arguments[0], scope) if isinstance(name, _Node | list) else None
    return access.read(worked_out or name, [_term(*each, scope) for each in arguments[1:]], scope, place)


def _loop(name: str, arguments: _Arguments, path: Path, types: Mapping[str, Type]) -> Call:
    """The second argument is read in the scope that the others make."""
    source, *rest = (_term(*each, types) for index, each in enumerate(arguments) if index != 1)
    body = LOOPS[name].body((source, *rest), types, lambda scope: _term(*arguments[1], scope))
    return _call(name, [source, body, *rest], path)


def _missing(name: str, arguments: _Arguments, path: Path, types: Mapping[str, Type]) -> Call:
    """The names, in a list or not, are read as what they name."""
    count = 1 if name in missing.MissingSome.names else 0
    asked = [each for argument in arguments[count:] for each in _elements(argument)]
    values = [_named(node, place, types) for node, _, place in asked]
    return missing.asking(name, [_term(*each, types) for each in arguments[:count]], values, path)


def _elements(argument: tuple[Any, Any, Path]) -> _Arguments:
    node, written, place = argument
    if not isinstance(node, list):
        return [argument]
    return [(part, text, (*place, index)) for index, (part, text) in enumerate(zip(node, written, strict=True))]


def _call(name: str, arguments: Sequence[Term], path: Path) -> Call:
    operator = OPERATORS[name]
    kind, told = operator.typed(arguments)
    return Call(operator, name, told, kind, path)
