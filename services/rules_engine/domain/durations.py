"""Durations as people write them."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

_UNITS: Final = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def in_words(duration: timedelta, *, day: str = "d") -> str:
    """In the largest unit that tells it in a whole number: ``90 min``, ``4 h``; ``day`` names days."""
    seconds = duration.total_seconds()
    for size, name in _UNITS:
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:.0f} {day if name == 'd' else name}"
    return f"{seconds:g} s"
