"""shape: a condition that is not built as JSON-logic builds one: one operator, then its arguments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

from services.rules_engine.domain.checks.check import Check, TreeUnderCheck
from services.rules_engine.domain.examining.branches import at, branches, loops_around, operands
from services.rules_engine.domain.literal import finite
from services.rules_engine.domain.operators import ALL, OPERATORS, READERS, access, missing
from services.rules_engine.domain.operators.lists import TakesLists, takes_list
from services.rules_engine.domain.terms import FREE, Arity
from shared.documents import Path
from shared.problems import Problem

SLUG: Final = "shape"
_PLAIN_ARITY: Final = {access.NAME: Arity(0, 2), "if": FREE, "?:": FREE}
"""Where plain JSON-logic takes fewer arguments than a rule."""
_WORDS_OF_ORDER: Final = frozenset({"above", "at_least", "below", "at_most"})
"""A chain of three makes sense with what is measured in the middle, which these words have in front."""
_WITH_LISTS: Final = ", ".join(each.names[0] for each in ALL if isinstance(each, TakesLists))


def find(subject: TreeUnderCheck) -> Iterator[Problem]:
    if isinstance(subject.tree, list) and not subject.plain:
        hint = "write and: before the list if all must hold, or: if one is enough"
        yield subject.document.problem(subject.path, SLUG, "a list is not a condition", hint)
        return
    yield from _numbers(subject, subject.tree, subject.path)
    for branch, path in branches(subject.tree, subject.path):
        yield from _branch(subject, branch, path)
        for name, operand in branch.items():
            yield from _count(subject, name, operand, (*path, name))
            if not subject.plain:
                yield from _of_a_rule(subject, name, operand, (*path, name))


def _branch(subject: TreeUnderCheck, branch: dict[str, Any], path: Path) -> Iterator[Problem]:
    problem = subject.document.problem
    if not branch:
        yield problem(path, SLUG, "an empty condition", "write an operator and its arguments: above: [level, 2 m]")
    for extra in list(branch)[1:]:
        hint = "join several conditions with and: [..., ...]"
        yield problem((*path, extra), SLUG, f"'{extra}' is a second operator in one place", hint, key=True)


def _count(subject: TreeUnderCheck, name: str, operand: Any, path: Path) -> Iterator[Problem]:
    count = len(operands(operand))
    arity = _PLAIN_ARITY.get(name) if subject.plain else None
    if arity is None and name in OPERATORS:
        arity = OPERATORS[name].arity
    if arity is not None and not arity.takes(count):
        message = f"'{name}' takes {arity} arguments, not {count}"
        yield subject.document.problem(path, SLUG, message, _decimal_comma(subject, operands(operand), path), key=True)


def _of_a_rule(subject: TreeUnderCheck, name: str, operand: Any, path: Path) -> Iterator[Problem]:
    """What JSON-logic allows and a rule doesn't; what readers take is said where they are read."""
    if name in READERS:
        for steps in READERS[name].conditions(operand):
            if isinstance(at(operand, steps), list):
                hint = "write and: before the list if all must hold, or: if one is enough"
                yield subject.document.problem((*path, *steps), SLUG, "a list is not a condition", hint)
        return
    values = operands(operand)
    if name == access.NAME:
        yield from _name(subject, values, path)
    elif name in missing.NAMES:
        yield from _names(subject, name, values, path)
    elif name in _WORDS_OF_ORDER and len(values) == 3 and not any(isinstance(each, dict) for each in values[1:]):
        message = f"'{name}' compares {values[1]} with {values[2]} here, and neither is measured"
        hint = _decimal_comma(subject, values, path) or f"write {name}: [{values[0]}, {values[1]}]"
        yield subject.document.problem((*path, 2), SLUG, message, hint)
    for index, value in enumerate(values):
        if isinstance(value, list) and not takes_list(OPERATORS.get(name), index, len(values)):
            place = (*path, index) if isinstance(operand, list) else path
            yield subject.document.problem(place, SLUG, "a list is not a value here", _hint(name))


def _hint(name: str) -> str:
    if name in ("and", "or"):
        return f"write the conditions one after the other: {name}: [..., ...]"
    return f"a value is a number, text or a truth; a list may stand in {_WITH_LISTS}"


def _name(subject: TreeUnderCheck, values: Sequence[Any], path: Path) -> Iterator[Problem]:
    name = values[0] if 1 <= len(values) <= 2 else None
    if _in_loop(subject, path):
        if isinstance(name, bool) or not isinstance(name, str | int):
            hint = 'write {var: ""} for it; in reduce {var: current}, and {var: accumulator} for the result so far'
            yield subject.document.problem(path, SLUG, "'var' takes what is in the element", hint)
    elif not isinstance(name, str) or not name:
        hint = "write {var: level}, or {var: [level, 0]} with a value that stands in where there is none"
        yield subject.document.problem(path, SLUG, "'var' takes the name of a property", hint)


def _in_loop(subject: TreeUnderCheck, path: Path) -> bool:
    return loops_around(path[len(subject.path) :]) > 0


def _names(subject: TreeUnderCheck, name: str, values: Sequence[Any], path: Path) -> Iterator[Problem]:
    some = name in missing.MissingSome.names
    names = [each for value in values[some:] for each in operands(value)]
    if not all(isinstance(each, str) and (each or _in_loop(subject, path)) for each in names):
        hint = "write missing_some: [1, [level, flow]]" if some else "write missing: [level, flow]"
        yield subject.document.problem(path, SLUG, f"'{name}' takes the names of properties", hint)


def _decimal_comma(subject: TreeUnderCheck, values: Sequence[Any], path: Path) -> str | None:
    """What to write for ``1,80 m``, which YAML takes for 1 and ``80 m``."""
    for index, (whole, rest) in enumerate(pairwise(values)):
        here, there = (subject.document.spans.get((*path, at)) for at in (index, index + 1))
        if here is None or there is None or not isinstance(whole, int) or not str(rest)[:1].isdigit():
            continue
        if here.line == there.line and here.column + here.length + 1 == there.column:
            return f"write the decimals with a point: {whole}.{rest}"
    return None


def _numbers(subject: TreeUnderCheck, value: Any, path: Path) -> Iterator[Problem]:
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in parts:
        yield from _numbers(subject, part, (*path, step))
    if isinstance(value, int | float) and not finite(value):
        yield subject.document.problem(path, SLUG, "this number is too large to count with")


CHECK: Final = Check(SLUG, find)
