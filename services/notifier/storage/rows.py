"""Turns values of the domain into rows, and rows into values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from sqlalchemy import RowMapping

T = TypeVar("T")


def row_of(value: object) -> dict[str, Any]:
    """A column for each field; enums as their words, times as they are."""
    row: dict[str, Any] = msgspec.to_builtins(value, builtin_types=[datetime])
    return row


def values_of(kind: type[T], rows: Iterable[RowMapping | Mapping[str, Any]]) -> list[T]:
    """A value for each row that has a column for each field."""
    # SQLAlchemy names some columns with a subclass of str, which msgspec doesn't take for a key.
    return [msgspec.convert({str(name): value for name, value in row.items()}, kind) for row in rows]
