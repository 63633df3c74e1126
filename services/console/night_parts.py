"""What every picture of a night is made of: an axis of time, places of values, stairs, texts; all of it SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

Found = Mapping[str, Any]
LEFT: Final = 78
RIGHT: Final = 1176
"""Where the plot begins and ends, from the left."""


@dataclass(frozen=True)
class Axis:
    """Where moments stand from the left."""

    since: datetime
    until: datetime

    def x(self, moment: datetime) -> float:
        """The place of a moment; what is outside stands at the edge."""
        share = (min(max(moment, self.since), self.until) - self.since) / (self.until - self.since)
        return round(LEFT + share * (RIGHT - LEFT), 1)


def ends(moments: Sequence[Found], axis: Axis, end: float) -> list[float]:
    """Where what began at each moment ends: at the next, the last at ``end``."""
    return [*(axis.x(moment_of(it["at"])) for it in moments[1:]), end][: len(moments)]


def stairs(steps: list[tuple[float, float | None]], end: float, most: float, top: int, floor: int) -> str:
    """A path that holds each value until the next; broken where there is none."""
    path, drawing = [], False
    for number, (x, value) in enumerate(steps):
        stop = steps[number + 1][0] if number + 1 < len(steps) else end
        if value is None:
            drawing = False
            continue
        y = height(value, most, top, floor)
        path.append(f"{'V' + str(y) if drawing else f'M{x} {y}'}H{stop}")
        drawing = True
    return "".join(path)


def height(value: float, most: float, top: int, floor: int) -> float:
    """Where a value stands from the top; ``most`` stands at ``top``, 0 at ``floor``."""
    return round(floor - value / most * (floor - top), 1)


def moment_of(words: str) -> datetime:
    """The moment that an answer tells."""
    return datetime.fromisoformat(words)


def clock(words: str, zone: ZoneInfo) -> str:
    """What clocks showed then: ``02 h 45``."""
    return f"{moment_of(words).astimezone(zone):%H h %M}"


def text(x: float, y: float, words: str, sort: str = "") -> str:
    """Words at a place; ``sort``: classes of the style sheet."""
    named = f' class="{sort}"' if sort else ""
    return f'<text x="{x}" y="{y}"{named}>{escape(words)}</text>'
