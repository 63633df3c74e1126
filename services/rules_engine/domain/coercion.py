"""What JSON-logic makes of text, booleans and lists where numbers are meant; called only where types are mixed.

Numbers against numbers are compared inline. None is an unknown value, and what JavaScript calls NaN is one too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final, TypeAlias

from services.rules_engine.domain.truth import Truth, conjunction

Value: TypeAlias = float | bool | str | None
Data: TypeAlias = Value | list[Any] | dict[str, Any]
"""Any JSON value."""


def number_of(value: Data) -> float | None:
    """The number that a value stands for; unknown for text that is none, and for lists and records."""
    if value is None or isinstance(value, list | dict):
        return None
    try:
        number = float(value.strip() or 0) if isinstance(value, str) else float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def truth_of(value: Data) -> Truth:
    """JSON-logic's truthiness: 0 and what is empty are false, all else is true."""
    return None if value is None else bool(value)


def text_of(value: Data) -> str | None:
    """The text that a value is told in; lists by their elements, one after the other, and records in none."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return number_in_text(value)
    if not isinstance(value, list):
        return None
    parts = [text_of(part) for part in value]
    return None if None in parts else "".join(part for part in parts if part is not None)


def number_in_text(number: float) -> str | None:
    """The shortest digits that mean the number, as JavaScript writes them (ECMA-262, ``Number::toString``)."""
    try:
        exact = Decimal(repr(float(number)))
    except OverflowError:
        return None
    if not exact.is_finite():
        return None
    sign, figures, exponent = exact.normalize().as_tuple()
    digits, point = "".join(map(str, figures)), len(figures) + int(exponent)
    if not exact:
        return "0"
    if -6 < point <= 21:
        return format(exact.normalize(), "f")
    mantissa = digits[0] + (f".{digits[1:]}" if digits[1:] else "")
    return f"{'-' if sign else ''}{mantissa}e{point - 1:+d}"


def loosely_equal(left: Data, right: Data) -> Truth:
    """``==``: text equals a number that it spells; lists and records have an equal among their like only."""
    if left is None or right is None:
        return None
    if _type(left) == _type(right) != "number":
        return strictly_equal(left, right)
    first, second = number_of(left), number_of(right)
    return None if first is None or second is None else first == second


def loosely_unequal(left: Data, right: Data) -> Truth:
    """``!=``."""
    equal = loosely_equal(left, right)
    return None if equal is None else not equal


def strictly_equal(left: Data, right: Data) -> Truth:
    """``===``: of one type, and equal; lists and records by what is in them."""
    if left is None or right is None:
        return None
    if isinstance(left, list) and isinstance(right, list):
        same = len(left) == len(right)
        return same and conjunction(*map(strictly_equal, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        same = left.keys() == right.keys()
        return same and conjunction(*(strictly_equal(left[name], right[name]) for name in left))
    return _type(left) == _type(right) and left == right


def strictly_unequal(left: Data, right: Data) -> Truth:
    """``!==``."""
    equal = strictly_equal(left, right)
    return None if equal is None else not equal


def _type(value: Data) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "number"
    return "list" if isinstance(value, list) else type(value).__name__


def _order(left: Data, right: Data) -> int | None:
    """-1, 0 or 1; text against text by its letters, all else by number."""
    if isinstance(left, str) and isinstance(right, str):
        return (left > right) - (left < right)
    first, second = number_of(left), number_of(right)
    return None if first is None or second is None else (first > second) - (first < second)


def less(left: Data, right: Data) -> Truth:
    """``<``."""
    order = _order(left, right)
    return None if order is None else order < 0


def at_most(left: Data, right: Data) -> Truth:
    """``<=``."""
    order = _order(left, right)
    return None if order is None else order <= 0


def greater(left: Data, right: Data) -> Truth:
    """``>``."""
    order = _order(left, right)
    return None if order is None else order > 0


def at_least(left: Data, right: Data) -> Truth:
    """``>=``."""
    order = _order(left, right)
    return None if order is None else order >= 0


LOOSE: Final[dict[str, Callable[[Data, Data], Truth]]] = {
    "==": loosely_equal, "!=": loosely_unequal, "===": strictly_equal, "!==": strictly_unequal,
    "<": less, "<=": at_most, ">": greater, ">=": at_least,
}  # fmt: skip
