"""Reads what an author wrote as a plain value: a number, a truth, text, or a number with its unit."""

from __future__ import annotations

import math
import re
from typing import Any, Final

from services.rules_engine.domain.terms import BOOLEAN, NUMBER, Constant, Sort, Type
from shared.documents import Path
from shared.errors import InputError
from shared.units import parse_quantity

_SPELLS_A_NUMBER: Final = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*")


def constant(value: Any, path: Path) -> Constant:
    """The constant that a plain value means; ``1.80 m`` is a number in metres, ``"1"`` stays text as in JSON-logic."""
    if isinstance(value, bool):
        return Constant(value, BOOLEAN, path, str(value).lower())
    if isinstance(value, int | float):
        return Constant(float(value), NUMBER, path, str(value))
    if isinstance(value, str):
        return _text(value, path)
    return Constant(None, Type(Sort.NOTHING), path, "null")


def plain_constant(value: Any, path: Path) -> Constant:
    """The constant that a plain value means in JSON-logic as it is published: text is text, whatever it spells."""
    return Constant(value, Type(Sort.TEXT), path, value) if isinstance(value, str) else constant(value, path)


def finite(value: Any) -> bool:
    """Whether a number can be used: not infinite, not too large."""
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False


def spells_a_number(text: str) -> bool:
    """Whether the text is a number and nothing else."""
    return _SPELLS_A_NUMBER.fullmatch(text) is not None


def _text(text: str, path: Path) -> Constant:
    if not spells_a_number(text):
        try:
            quantity = parse_quantity(text)
        except InputError:
            pass
        else:
            return Constant(quantity.value, Type(Sort.NUMBER, quantity.unit), path, text)
    return Constant(text, Type(Sort.TEXT), path, text)
