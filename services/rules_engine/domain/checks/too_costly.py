"""too-costly: a condition so deep or so long that deciding it could hold up the others.

Nothing can interrupt a condition that runs, so its cost is bounded by its size, before it is compiled.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from services.rules_engine.domain.checks.branches import loops_around
from services.rules_engine.domain.checks.check import Check, TreeUnderCheck
from services.rules_engine.domain.checks.extent import Meter, TooMuch
from shared.documents import Path
from shared.problems import Problem

SLUG: Final = "too-costly"
DEEPEST: Final = 24
"""Operators within operators. Every level may indent generated code twice, and Python takes a hundred indents."""
LARGEST: Final = 400
"""Operators and values together, those inside of a loop once for each element: some ten microseconds a decision."""
DEEPEST_LOOPS: Final = 4
"""Loops within loops: Python takes twenty."""


def find(subject: TreeUnderCheck) -> Iterator[Problem]:
    problem = next(_as_written(subject), None) or (None if subject.plain else _as_decided(subject))
    if problem is not None:
        yield problem


def _as_decided(subject: TreeUnderCheck) -> Problem | None:
    """Over plain data nobody knows how long lists are; there the decision itself counts."""
    try:
        Meter(LARGEST).size(subject.tree, subject.path, {})
    except TooMuch as found:
        message = f"more than {LARGEST} operators and values, counting once more for each element of a list"
        hint = "shorten the list, or split it into rules"
        return subject.document.problem(found.path or subject.path, SLUG, message, hint)
    return None


def _as_written(subject: TreeUnderCheck) -> Iterator[Problem]:
    waiting: list[tuple[Any, Path, int]] = [(subject.tree, subject.path, 0)]
    size = 0
    while waiting:
        value, path, depth = waiting.pop()
        size += 1
        if depth > DEEPEST:
            hint = "split it: a part that has a meaning of its own can be a rule of its own"
            yield subject.document.problem(path, SLUG, f"more than {DEEPEST} operators within one another", hint)
            return
        if loops_around(path[len(subject.path) :]) > DEEPEST_LOOPS:
            hint = "split it into rules"
            yield subject.document.problem(path, SLUG, f"more than {DEEPEST_LOOPS} loops within one another", hint)
            return
        if size > LARGEST:
            hint = "split it into rules"
            yield subject.document.problem(subject.path, SLUG, f"more than {LARGEST} operators and values", hint)
            return
        if isinstance(value, dict):
            waiting += [(each, (*path, key), depth + 1) for key, each in value.items()]
        elif isinstance(value, list):
            waiting += [(each, (*path, index), depth + isinstance(each, list)) for index, each in enumerate(value)]


CHECK: Final = Check(SLUG, find)
