"""Walks a condition as written, operator by operator, for the checks that come before it is read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from services.rules_engine.domain.operators import READERS
from services.rules_engine.domain.operators.loops import LOOPS
from shared.documents import Path


def branches(tree: Any, path: Path) -> Iterator[tuple[dict[str, Any], Path]]:
    """Every mapping of operators in a condition, with its path, in the order in which they are written."""
    if isinstance(tree, dict):
        yield tree, path
        for key, operand in tree.items():
            below = READERS[key].conditions(operand) if key in READERS else ((),)
            for steps in below:
                yield from branches(at(operand, steps), (*path, key, *steps))
    elif isinstance(tree, list):
        for index, part in enumerate(tree):
            yield from branches(part, (*path, index))


def at(operand: Any, steps: Path) -> Any:
    """What stands the steps below an operand."""
    for step in steps:
        operand = operand[step]
    return operand


def loops_around(path: Path) -> int:
    """How many lists are gone through at a place: it is in what is done with each of their elements."""
    return sum(step in LOOPS and index == 1 for step, index in pairwise(path))


def operands(operand: Any) -> list[Any]:
    """The arguments of an operator: a list, or the one that stands alone."""
    return operand if isinstance(operand, list) else [operand]
