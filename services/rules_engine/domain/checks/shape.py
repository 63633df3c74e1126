"""shape: a condition that is not built as JSON-logic builds one: one operator, then its arguments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

from services.rules_engine.domain.checks.check import Check, TreeUnderCheck
from services.rules_engine.domain.examining.branches import at, branches, operands
from services.rules_engine.domain.literal import finite
from services.rules_engine.domain.operators import OPERATORS, READERS, access
from shared.documents import Path
from shared.problems import Problem

SLUG: Final = "shape"
_WORDS_OF_ORDER: Final = frozenset({"above", "at_least", "below", "at_most"})
"""A chain of three makes sense with what is measured in the middle, which these words have in front."""


def find(subject: TreeUnderCheck) -> Iterator[Problem]:
    problem = subject.document.problem
    if isinstance(subject.tree, list):
        hint = "write and: before the list if all must hold, or: if one is enough"
        yield problem(subject.path, SLUG, "a list is not a condition", hint)
        return
    yield from _value(subject, subject.tree, subject.path)
    for branch, path in branches(subject.tree, subject.path):
        if not branch:
            yield problem(path, SLUG, "an empty condition", "write an operator and its arguments: above: [level, 2 m]")
        for extra in list(branch)[1:]:
            hint = "join several conditions with and: [..., ...]"
            yield problem((*path, extra), SLUG, f"'{extra}' is a second operator in one place", hint, key=True)
        for name, operand in branch.items():
            yield from _operands(subject, name, operand, (*path, name))


def _operands(subject: TreeUnderCheck, name: str, operand: Any, path: Path) -> Iterator[Problem]:
    if name in READERS:
        # What else they take is said where they are read.
        for steps in READERS[name].conditions(operand):
            yield from _value(subject, at(operand, steps), (*path, *steps))
        return
    values = operands(operand)
    if name == access.NAME:
        if not (1 <= len(values) <= 2 and isinstance(values[0], str) and values[0]):
            hint = "write {var: level}, or {var: [level, 0]} with a value that stands in where there is none"
            yield subject.document.problem(path, SLUG, "'var' takes the name of a property", hint)
    elif name in OPERATORS and not OPERATORS[name].arity.takes(len(values)):
        message = f"'{name}' takes {OPERATORS[name].arity} arguments, not {len(values)}"
        yield subject.document.problem(path, SLUG, message, _decimal_comma(subject, values, path), key=True)
    elif name in _WORDS_OF_ORDER and len(values) == 3 and not any(isinstance(each, dict) for each in values[1:]):
        message = f"'{name}' compares {values[1]} with {values[2]} here, and neither is measured"
        hint = _decimal_comma(subject, values, path) or f"write {name}: [{values[0]}, {values[1]}]"
        yield subject.document.problem((*path, 2), SLUG, message, hint)
    for index, value in enumerate(values):
        yield from _value(subject, value, (*path, index) if isinstance(operand, list) else path)


def _decimal_comma(subject: TreeUnderCheck, values: Sequence[Any], path: Path) -> str | None:
    """What to write for ``1,80 m``, which YAML takes for 1 and ``80 m``."""
    for index, (whole, rest) in enumerate(pairwise(values)):
        here, there = (subject.document.spans.get((*path, at)) for at in (index, index + 1))
        if here is None or there is None or not isinstance(whole, int) or not str(rest)[:1].isdigit():
            continue
        if here.line == there.line and here.column + here.length + 1 == there.column:
            return f"write the decimals with a point: {whole}.{rest}"
    return None


def _value(subject: TreeUnderCheck, value: Any, path: Path) -> Iterator[Problem]:
    if isinstance(value, list):
        yield subject.document.problem(path, SLUG, "a list is not a value here", "a value is a number, text or a truth")
    elif isinstance(value, int | float) and not finite(value):
        yield subject.document.problem(path, SLUG, "this number is too large to count with")


CHECK: Final = Check(SLUG, find)
