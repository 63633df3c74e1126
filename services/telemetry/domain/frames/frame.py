"""What is read of a frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Frame:
    """The values of a frame.

    Attributes:
        unread: why the frame, or the rest of it, says nothing; what was read before holds. None: all was read.
        earlier: values that were measured before and are sent again, each with its time, UTC.
    """

    values: dict[str, Any]
    unread: str | None = None
    earlier: tuple[tuple[datetime, dict[str, Any]], ...] = ()


Read = Callable[[bytes], Frame]
"""Reads a frame; never raises, whatever the bytes."""
