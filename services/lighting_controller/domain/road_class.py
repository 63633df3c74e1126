"""Road classes of EN 13201-2, and what each allows to be done to the luminaires that stand there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

ROAD_CLASSES: Final = (
    *(f"M{number}" for number in range(1, 7)),
    *(f"C{number}" for number in range(6)),
    *(f"P{number}" for number in range(1, 7)),
)
"""EN 13201-2: M for motor traffic, C for conflict areas (crossings, junctions), P for people on foot and on bikes."""


class Cut(StrEnum):
    """What of a wish was cut: its level (FLOOR), or how fast it is followed."""

    FLOOR = "floor"
    STEP = "step"
    RAMP = "ramp"
    DWELL = "dwell"
    SHARE = "share"


@dataclass(frozen=True, kw_only=True)
class RoadClass:
    """The limits of a class as this city's installations keep it.

    Attributes:
        name: of EN 13201-2; several joined by ``+`` where several bind.
        floor: percent that keeps the class at night; which it is depends on the installation.
        step: points, the largest change in one go at night.
        ramp: the shortest time from 0 to 100 %.
        dwell: the shortest time between two dimmings of one luminaire.
        share: percent of a zone's luminaires, the most that change within a minute.
    """

    name: str
    floor: int
    step: int
    ramp: timedelta
    dwell: timedelta
    share: int


def strictest(classes: Sequence[RoadClass]) -> RoadClass:
    """What binds where all of these do: the strictest of each limit."""
    names = dict.fromkeys(each.name for each in sorted(classes, key=lambda each: (-each.floor, each.name)))
    return RoadClass(
        name=" + ".join(names),
        floor=max(each.floor for each in classes),
        step=min(each.step for each in classes),
        ramp=max(each.ramp for each in classes),
        dwell=max(each.dwell for each in classes),
        share=min(each.share for each in classes),
    )
