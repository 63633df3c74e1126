"""too-costly: a condition so deep or so long that deciding it could hold up the others.

Nothing can interrupt a condition that runs, so its cost is bounded by its size, before it is compiled.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from services.rules_engine.domain.checks.check import Check, TreeUnderCheck
from shared.documents import Path
from shared.problems import Problem

SLUG: Final = "too-costly"
DEEPEST: Final = 24
"""Operators within operators. Every level may indent generated code twice, and Python takes a hundred indents."""
LARGEST: Final = 400
"""Operators and values together: some ten microseconds a decision."""


def find(subject: TreeUnderCheck) -> Iterator[Problem]:
    waiting: list[tuple[Any, Path, int]] = [(subject.tree, subject.path, 0)]
    size = 0
    while waiting:
        value, path, depth = waiting.pop()
        size += 1
        if depth > DEEPEST:
            hint = "split it: a part that has a meaning of its own can be a rule of its own"
            yield subject.document.problem(path, SLUG, f"more than {DEEPEST} operators within one another", hint)
            return
        if size > LARGEST:
            hint = "split it into rules"
            yield subject.document.problem(subject.path, SLUG, f"more than {LARGEST} operators and values", hint)
            return
        if isinstance(value, dict):
            waiting += [(each, (*path, key), depth + 1) for key, each in value.items()]
        elif isinstance(value, list):
            waiting += [(each, (*path, index), depth) for index, each in enumerate(value)]


CHECK: Final = Check(SLUG, find)
