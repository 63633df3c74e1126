"""From a condition as written to a function over a row; the one module that knows the ``jsonlogic`` library.

The library gives the operator tree and the registry. It loses places, reads past a second key and lets foreign
errors out, so the tree is checked before it goes in, and the terms are built from both, side by side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from jsonlogic.core import JSONLogicExpression, JSONLogicSyntaxError
from jsonlogic.core import Operator as LibraryOperator
from jsonlogic.operators import operator_registry
from jsonlogic.registry import UnknownOperator

from services.rules_engine.domain import checks
from services.rules_engine.domain.checks.check import ConditionUnderCheck, TreeUnderCheck
from services.rules_engine.domain.decision import Compiled, key_of
from services.rules_engine.domain.generating import generate
from services.rules_engine.domain.inputs.input import Input
from services.rules_engine.domain.inputs.latest import Latest
from services.rules_engine.domain.inputs.members import Counted
from services.rules_engine.domain.literal import constant
from services.rules_engine.domain.operators import NAMES, OPERATORS, READERS, access, is_word
from services.rules_engine.domain.operators.agreeing import Agreeing
from services.rules_engine.domain.operators.arguments import Arguments, Misread
from services.rules_engine.domain.operators.reader import Reader
from services.rules_engine.domain.terms import ANY, BOOLEAN, Call, Constant, Reading, Sort, Term, Type, Variable, walk
from services.rules_engine.domain.vocabulary import Vocabulary
from shared.documents import Document, Path
from shared.problems import Problem

# What the library is known to raise on trees that it can't take, beside its own errors.
_FOREIGN: Final = (
    JSONLogicSyntaxError, UnknownOperator, StopIteration, LookupError, TypeError, ValueError, AttributeError,
    RecursionError, OverflowError,
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


_AGREEING: Final = Agreeing()
_REGISTRY: Final = operator_registry.copy(extend=dict.fromkeys(NAMES, _Node), force=True)


def check_tree(document: Document, path: Path) -> tuple[Problem, ...]:
    """What is wrong with a condition whatever the properties are."""
    return checks.of_tree(TreeUnderCheck(document, path))


def compile_condition(document: Document, path: Path, known: Vocabulary) -> Compilation:
    """Compile the condition that stands at the path, over the words that it may use.

    Bare thresholds are in the property's unit, others are converted to it. All problems are found at once.
    """
    problems = list(check_tree(document, path))
    if problems:
        return Compilation(None, tuple(problems))
    term = read_condition(document, path, known, problems)
    problems += checks.of_condition(ConditionUnderCheck(document, path, term, known, decides=True))
    problems = list(dict.fromkeys(problems))
    if any(problem.severity == "error" for problem in problems):
        return Compilation(None, tuple(problems))
    return Compilation(compile_term(term, known.types), tuple(problems))


def compile_term(term: Term, types: Mapping[str, Type]) -> Compiled:
    """The term as plain and traced functions of the inputs that it reads."""
    inputs = inputs_of(term, types)
    row = [(key_of(each), each.type.sort) for each in inputs]
    decide, _ = generate(term, row)
    traced, noted = generate(term, row, traced=True)
    return Compiled(term, inputs, decide, traced, noted)


def inputs_of(term: Term, types: Mapping[str, Type]) -> tuple[Input, ...]:
    """What a term reads, each once, in the order in which it is first read."""
    found: dict[Input, None] = {}
    for each in walk(term):
        if isinstance(each, Variable):
            found.setdefault(Latest(each.name, types.get(each.name, ANY)))
        elif isinstance(each, Reading):
            found.setdefault(each.input)
    return tuple(found)


def read_condition(document: Document, path: Path, known: Vocabulary, problems: list[Problem]) -> Term:
    """The term of a condition that passed ``check_tree``; what can't be read is added to the problems."""
    builder = _Builder(document, problems)
    try:
        return builder.at(path, known)
    except _FOREIGN as error:
        return builder.unreadable(path, error)


@dataclass(frozen=True)
class _Builder:
    """Builds terms from what is written, side by side with the library's tree."""

    document: Document
    problems: list[Problem]

    def at(self, path: Path, known: Vocabulary) -> Term:
        """The term of what stands at a path."""
        written = self.document.data
        for step in path:
            written = written[step]
        return self.term(written, path, known)

    def term(self, written: Any, path: Path, known: Vocabulary) -> Term:
        if not isinstance(written, dict):
            return constant(written, path)
        name = next(iter(written), "")
        if name in READERS:
            return self._reading(READERS[name], name, written[name], path, known)
        try:
            tree = JSONLogicExpression.from_json(_shallow(written)).as_operator_tree(_REGISTRY)
        except _FOREIGN as error:
            return self.unreadable(path, error)
        return self._operation(tree, written, path, known)

    def unreadable(self, path: Path, error: Exception) -> Term:
        """What stands for a condition at which something foreign gave up."""
        reason = f"{type(error).__name__} {error}".strip()
        return self._given_up(self.document.problem(path, "shape", f"this can't be read as a condition ({reason})"))

    def _operation(self, node: Any, written: Any, path: Path, known: Vocabulary) -> Term:
        operand = written[node.operator]
        below = (*path, node.operator)
        listed = isinstance(operand, list)
        parts = operand if listed else [operand]
        places = [(*below, index) for index in range(len(parts))] if listed else [below]
        if node.operator == access.NAME:
            default = [self.term(part, place, known) for part, place in list(zip(parts, places, strict=True))[1:]]
            return self._named(parts[0], default, known, places[0])
        arguments = [self.term(part, place, known) for part, place in zip(parts, places, strict=True)]
        if is_word(node.operator) and isinstance(parts[0], str) and arguments[0].type.sort is Sort.TEXT:
            arguments[0] = self._named(parts[0], (), known, places[0])
        return _call(node.operator, arguments, path)

    def _named(self, name: str, default: Sequence[Term], known: Vocabulary, place: Path) -> Term:
        """A property, or what ``let`` gave that name."""
        if name in known.lets and not default:
            return known.lets[name]
        return access.variable(name, default, known.types, place)

    def _reading(self, reader: Reader, name: str, operand: Any, path: Path, known: Vocabulary) -> Term:
        given = Arguments(name, self.document, (*path, name), known, self.at, self._compiled, operand)
        try:
            return Reading(reader.read(given), path, name)
        except Misread as misread:
            return self._given_up(*misread.problems)

    def _compiled(self, path: Path, known: Vocabulary) -> Compiled:
        term = self.at(path, known)
        if isinstance(term, Constant) and isinstance(term.value, str) and term.value in known.properties:
            term = access.variable(term.value, (), known.types, path)
        self.problems.extend(checks.of_condition(ConditionUnderCheck(self.document, path, term, known)))
        return compile_term(term, known.types)

    def _given_up(self, *problems: Problem) -> Term:
        self.problems.extend(problems)
        # It stands nowhere and fits everything: its problem was told already.
        return Constant(None, ANY, (), "?")


def _shallow(written: dict[str, Any]) -> dict[str, Any]:
    """The operator with its operands left out: the library reads one level at a time, so that ours can differ below."""
    return {name: [None] * len(operand) if isinstance(operand, list) else None for name, operand in written.items()}


def _call(name: str, arguments: Sequence[Term], path: Path) -> Call:
    operator = OPERATORS[name]
    if operator.compares and any(map(_has_ends, arguments)):
        ends = [_compared(name, [_end(each, end) for each in arguments], path) for end in ("least", "most")]
        return Call(_AGREEING, name, tuple(ends), BOOLEAN, path)
    return _compared(name, arguments, path)


def _compared(name: str, arguments: Sequence[Term], path: Path) -> Call:
    operator = OPERATORS[name]
    kind, told = operator.typed(arguments)
    return Call(operator, name, told, kind, path)


def _has_ends(term: Term) -> bool:
    return isinstance(term, Reading) and isinstance(term.input, Counted)


def _end(term: Term, end: Literal["least", "most"]) -> Term:
    if isinstance(term, Reading) and isinstance(term.input, Counted):
        return replace(term, input=replace(term.input, end=end))
    return term
