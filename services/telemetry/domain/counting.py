"""What a counter counted between two readings, of a counter that only grows until it begins again."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

_SMALL_WRAP: Final = 0.25
"""Of the counter's range; a longer step across the largest number is not believed."""


def increase(before: float, after: float, wraps_at: float | None) -> float:
    """By how much it grew, never negative.

    A smaller number means that the counter began again: behind its largest number, if the step across it is small, and
    otherwise from 0, as after a new battery.

    Args:
        wraps_at: the number that would follow the largest one; None: it has none.
    """
    if after >= before:
        return after - before
    if wraps_at is not None and 0 <= (across := after + wraps_at - before) <= wraps_at * _SMALL_WRAP:
        return across
    return max(after, 0.0)


class ReadingKey(NamedTuple):
    """A counter shows one number at a time.

    Attributes:
        path: where its uplinks carry it; a device may have several counters.
    """

    point: str
    property: str
    device: str
    path: str
    time: datetime


class Neighbours(NamedTuple):
    """What the same counter showed before and after; None: nothing is known."""

    before: float | None
    after_time: datetime | None
    after: float | None
