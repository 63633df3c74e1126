"""From a condition as written to a function over a row; the one module that knows the ``jsonlogic`` library.

The library gives the operator tree and the registry. It loses places, reads past a second key and lets foreign
errors out, so the tree is checked before it goes in, and the terms are built from both, side by side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeAlias

from jsonlogic.core import JSONLogicExpression, JSONLogicSyntaxError
from jsonlogic.core import Operator as LibraryOperator
from jsonlogic.operators import operator_registry
from jsonlogic.registry import UnknownOperator

from services.rules_engine.domain import checks
from services.rules_engine.domain.checks.check import ConditionUnderCheck, TreeUnderCheck
from services.rules_engine.domain.decision import Compiled, key_of
from services.rules_engine.domain.generating import generate
from services.rules_engine.domain.inputs.history import Age
from services.rules_engine.domain.inputs.input import Input
from services.rules_engine.domain.inputs.latest import Latest
from services.rules_engine.domain.inputs.members import Counted
from services.rules_engine.domain.literal import constant, plain_constant
from services.rules_engine.domain.operators import NAMES, OPERATORS, READERS, access, is_word, missing
from services.rules_engine.domain.operators.agreeing import Agreeing
from services.rules_engine.domain.operators.arguments import Arguments, Misread
from services.rules_engine.domain.operators.lists import listed
from services.rules_engine.domain.operators.loops import LOOPS
from services.rules_engine.domain.operators.reader import Reader
from services.rules_engine.domain.scopes import Scope, is_plain
from services.rules_engine.domain.terms import ANY, BOOLEAN, Call, Constant, Reading, Sort, Term, Type, Variable, walk
from services.rules_engine.domain.vocabulary import Vocabulary
from shared.documents import Document, Path
from shared.problems import Problem

# What the library is known to raise on trees that it can't take, beside its own errors.
_FOREIGN: Final = (
    JSONLogicSyntaxError, UnknownOperator, StopIteration, LookupError, TypeError, ValueError, AttributeError,
    RecursionError, OverflowError,
)  # fmt: skip


_Parts: TypeAlias = Sequence[tuple[Any, Path]]
"""What is written as the arguments of an operator, each with its place."""


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
    return _read(_Builder(document, problems, known, known.types), path)


def read_over(document: Document, path: Path, types: Mapping[str, Type], problems: list[Problem]) -> Term:
    """The same over bare names of given types, or over plain data: nothing is read but by ``var``."""
    return _read(_Builder(document, problems, None, types), path)


def _read(builder: _Builder, path: Path) -> Term:
    try:
        return builder.at(path)
    except _FOREIGN as error:
        return builder.unreadable(path, error)


@dataclass(frozen=True)
class _Builder:
    """Builds terms from what is written; the library reads each operator.

    Attributes:
        known: the words of a rule; None: there are only names.
        types: what ``var`` names here; within a list's element, or over plain data, a scope.
    """

    document: Document
    problems: list[Problem]
    known: Vocabulary | None
    types: Mapping[str, Type]

    def at(self, path: Path) -> Term:
        """The term of what stands at a path."""
        written = self.document.data
        for step in path:
            written = written[step]
        return self.term(written, path)

    def term(self, written: Any, path: Path) -> Term:
        if isinstance(written, list):
            return listed([self.term(*each) for each in _below(written, path)], path)
        if not isinstance(written, dict):
            return plain_constant(written, path) if is_plain(self.types) else constant(written, path)
        name = next(iter(written), "")
        if name in READERS and self.known is not None:
            return self._reading(READERS[name], name, written[name], path, self.known)
        try:
            tree = JSONLogicExpression.from_json(_shallow(written)).as_operator_tree(_REGISTRY)
            return self._operation(tree.operator, _below(written[name], (*path, name)), path)
        except _FOREIGN as error:
            return self.unreadable(path, error)

    def unreadable(self, path: Path, error: Exception) -> Term:
        """What stands for a condition at which something foreign gave up."""
        reason = f"{type(error).__name__} {error}".strip()
        return self._given_up(self.document.problem(path, "shape", f"this can't be read as a condition ({reason})"))

    def _operation(self, name: str, parts: _Parts, path: Path) -> Term:
        if name == access.NAME:
            return self._variable(parts, path)
        if name in LOOPS:
            return self._loop(name, parts, path)
        if name in missing.NAMES and not is_plain(self.types):
            return self._missing(name, parts, path)
        arguments = [self.term(*each) for each in parts]
        if is_word(name) and isinstance(parts[0][0], str) and arguments[0].type.sort is Sort.TEXT:
            arguments[0] = self._named(*parts[0])
        return _call(name, arguments, path)

    def _variable(self, parts: _Parts, path: Path) -> Term:
        default = [self.term(*each) for each in parts[1:]]
        if not isinstance(self.types, Scope):
            return self._named(*parts[0], default)
        if not parts:
            return access.read(None, (), self.types, path)
        name, place = parts[0]
        # In a scope the name may be worked out.
        found = self.term(name, place) if isinstance(name, dict | list) else name
        return access.read(found, default, self.types, place)

    def _named(self, name: Any, place: Path, default: Sequence[Term] = ()) -> Term:
        """A property, what ``let`` gave that name, or in a scope what lies there."""
        if isinstance(self.types, Scope):
            return access.read(name, default, self.types, place)
        if self.known is not None and name in self.known.lets and not default:
            return self.known.lets[name]
        return access.variable(name, default, self.types, place)

    def _loop(self, name: str, parts: _Parts, path: Path) -> Call:
        """The second argument is read in the scope that the others make."""
        source, *rest = (self.term(*each) for index, each in enumerate(parts) if index != 1)
        body = LOOPS[name].body((source, *rest), self.types, lambda scope: replace(self, types=scope).term(*parts[1]))
        return _call(name, [source, body, *rest], path)

    def _missing(self, name: str, parts: _Parts, path: Path) -> Call:
        """The names, in a list or not, are read as what they name."""
        count = 1 if name in missing.MissingSome.names else 0
        asked = [each for written, place in parts[count:] for each in _below(written, place)]
        values = [self._named(*each) for each in asked]
        return missing.asking(name, [self.term(*each) for each in parts[:count]], values, path)

    def _reading(self, reader: Reader, name: str, operand: Any, path: Path, known: Vocabulary) -> Term:
        given = Arguments(name, self.document, (*path, name), known, self._at, self._compiled, operand)
        try:
            return Reading(reader.read(given), path, name)
        except Misread as misread:
            return self._given_up(*misread.problems)

    def _at(self, path: Path, known: Vocabulary) -> Term:
        return replace(self, known=known, types=known.types).at(path)

    def _compiled(self, path: Path, known: Vocabulary) -> Compiled:
        term = self._at(path, known)
        if isinstance(term, Constant) and isinstance(term.value, str) and term.value in known.properties:
            term = access.variable(term.value, (), known.types, path)
        self.problems.extend(checks.of_condition(ConditionUnderCheck(self.document, path, term, known)))
        return compile_term(term, known.types)

    def _given_up(self, *problems: Problem) -> Term:
        self.problems.extend(problems)
        # It stands nowhere and fits everything: its problem was told already.
        return Constant(None, ANY, (), "?")


def _below(operand: Any, path: Path) -> _Parts:
    """The parts of a list, or what stands alone, each with its place."""
    if not isinstance(operand, list):
        return [(operand, path)]
    return [(part, (*path, index)) for index, part in enumerate(operand)]


def _shallow(written: dict[str, Any]) -> dict[str, Any]:
    """The operator with its operands left out: the library reads one level at a time, so that ours can differ below."""
    return {name: [None] * len(operand) if isinstance(operand, list) else None for name, operand in written.items()}


def _call(name: str, arguments: Sequence[Term], path: Path) -> Call:
    if not OPERATORS[name].compares or not any(map(_has_ends, arguments)):
        # What is not compared as it is, is a census without doubt, or unknown: so it is read.
        return _compared(name, arguments, path)
    ends = [_compared(name, [_end(each, end) for each in arguments], path) for end in ("least", "most")]
    return Call(_AGREEING, name, tuple(ends), BOOLEAN, path)


def _compared(name: str, arguments: Sequence[Term], path: Path) -> Call:
    operator = OPERATORS[name]
    kind, told = operator.typed(arguments)
    if operator.compares:
        told = _marked(told)
    return Call(operator, name, told, kind, path)


def _marked(told: tuple[Term, ...]) -> tuple[Term, ...]:
    """Ages know with what they are compared: that is when the clock alone changes the comparison."""
    marks = tuple(each.value for each in told if isinstance(each, Constant) and isinstance(each.value, float))
    return tuple(
        replace(each, input=replace(each.input, marks=marks))
        if isinstance(each, Reading) and isinstance(each.input, Age)
        else each
        for each in told
    )


def _has_ends(term: Term) -> bool:
    return isinstance(term, Reading) and isinstance(term.input, Counted)


def _end(term: Term, end: Literal["least", "most"]) -> Term:
    if isinstance(term, Reading) and isinstance(term.input, Counted):
        return replace(term, input=replace(term.input, end=end))
    return term


def surely(term: Term) -> Term:
    """The same, of a census how many surely hold: what a message tells, where some can't be told."""
    return _end(term, "least")
