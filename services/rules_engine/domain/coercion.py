"""What JSON-logic makes of text and booleans where numbers are meant; called only where types are mixed.

Numbers against numbers are compared inline. None is an unknown value, and what JavaScript calls NaN is one too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, TypeAlias

from services.rules_engine.domain.truth import Truth

Value: TypeAlias = float | bool | str | None


def number_of(value: Value) -> float | None:
    """The number that a value stands for; unknown for text that is none."""
    if not isinstance(value, str):
        return None if value is None else float(value)
    try:
        number = float(value.strip() or 0)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def truth_of(value: Value) -> Truth:
    """JSON-logic's truthiness: 0 and empty text are false, all else is true."""
    return None if value is None else bool(value)


def loosely_equal(left: Value, right: Value) -> Truth:
    """``==``: text equals a number that it spells."""
    if left is None or right is None:
        return None
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    first, second = number_of(left), number_of(right)
    return None if first is None or second is None else first == second


def loosely_unequal(left: Value, right: Value) -> Truth:
    """``!=``."""
    equal = loosely_equal(left, right)
    return None if equal is None else not equal


def strictly_equal(left: Value, right: Value) -> Truth:
    """``===``: of one type, and equal."""
    if left is None or right is None:
        return None
    return _type(left) == _type(right) and left == right


def strictly_unequal(left: Value, right: Value) -> Truth:
    """``!==``."""
    equal = strictly_equal(left, right)
    return None if equal is None else not equal


def _type(value: Value) -> str:
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__


def _order(left: Value, right: Value) -> int | None:
    """-1, 0 or 1; text against text by its letters, all else by number."""
    if isinstance(left, str) and isinstance(right, str):
        return (left > right) - (left < right)
    first, second = number_of(left), number_of(right)
    return None if first is None or second is None else (first > second) - (first < second)


def less(left: Value, right: Value) -> Truth:
    """``<``."""
    order = _order(left, right)
    return None if order is None else order < 0


def at_most(left: Value, right: Value) -> Truth:
    """``<=``."""
    order = _order(left, right)
    return None if order is None else order <= 0


def greater(left: Value, right: Value) -> Truth:
    """``>``."""
    order = _order(left, right)
    return None if order is None else order > 0


def at_least(left: Value, right: Value) -> Truth:
    """``>=``."""
    order = _order(left, right)
    return None if order is None else order >= 0


LOOSE: Final[dict[str, Callable[[Value, Value], Truth]]] = {
    "==": loosely_equal, "!=": loosely_unequal, "===": strictly_equal, "!==": strictly_unequal,
    "<": less, "<=": at_most, ">": greater, ">=": at_least,
}  # fmt: skip
