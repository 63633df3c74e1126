"""An operator that reads: it takes names and spans, and gives an input of the condition."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from services.rules_engine.domain.inputs.input import Input
from services.rules_engine.domain.operators.arguments import Arguments
from shared.documents import Path


def no_conditions(_operand: Any) -> Iterator[Path]:
    """Nothing in the operand is a condition."""
    yield from ()


@dataclass(frozen=True)
class Reader:
    """An operator whose operand is not worked out but says what to read.

    Attributes:
        names: how it is written, the first is the usual one.
        example: one use of it, for hints and the guide.
        read: makes the input; raises ``Misread``.
        conditions: where conditions stand in the operand, as steps below it.
    """

    names: tuple[str, ...]
    example: str
    read: Callable[[Arguments], Input]
    conditions: Callable[[Any], Iterator[Path]] = no_conditions
