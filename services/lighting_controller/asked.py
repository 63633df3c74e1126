"""Reads what callers of the service hand over."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

import msgspec

from shared.errors import InputError

T = TypeVar("T")


def day_of(text: str | None) -> date | None:
    """A day as 2026-10-24.

    Raises:
        InputError: it is none.
    """
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"'{text}' n'est pas un jour / is no day such as 2026-10-24") from error


def demanded(given: dict[str, Any], shape: type[T]) -> T:
    """A demand, or who demands, in its shape.

    Raises:
        InputError: it has another one.
    """
    try:
        return msgspec.convert(given, shape)
    except msgspec.ValidationError as error:
        raise InputError(str(error)) from error
