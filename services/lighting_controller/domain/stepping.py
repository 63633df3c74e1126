"""Values that hold from one moment to the next, and several of them side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

T = TypeVar("T")
Steps = Sequence[tuple[datetime, T]]
"""Values, each from its moment until the next one's; moments never go back, and the last of one moment holds."""


def side_by_side(
    since: datetime, until: datetime, *series: Steps[Any]
) -> Iterator[tuple[datetime, datetime, tuple[Any, ...]]]:
    """The pieces of [since, until) in which no value changes, with the values. Each series has begun by ``since``."""
    moments = sorted({since, *(moment for steps in series for moment, _ in steps if since < moment < until)})
    places = [0] * len(series)
    for begin, end in zip(moments, (*moments[1:], until), strict=True):
        for number, steps in enumerate(series):
            while places[number] + 1 < len(steps) and steps[places[number] + 1][0] <= begin:
                places[number] += 1
        if begin < end:
            yield begin, end, tuple(steps[place][1] for steps, place in zip(series, places, strict=True))
