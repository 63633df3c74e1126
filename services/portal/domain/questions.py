"""What the portal asks the other services, and how it reads their answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


@dataclass(frozen=True)
class Question:
    """A call of another service."""

    service: str
    method: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


Ask = Callable[[Sequence[Question]], Sequence[Any]]
"""Puts questions at the same time and gives the answers as builtins in their order; None for each that got none."""


def read(answer: Any, kind: type[T]) -> T | None:
    """The answer as a value; None where there is none or it is not of that shape."""
    if answer is None:
        return None
    try:
        return msgspec.convert(answer, kind)
    except msgspec.ValidationError:
        return None
