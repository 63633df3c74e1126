"""How codes of the street lights are told: French, with English beside it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from shared.civil_time import PARIS, long_local

SOURCES: Final = {
    "emergency": "urgence / emergency",
    "operator": "exploitant / operator",
    "vital-rule": "règle vitale / vital rule",
    "normal-rule": "règle / rule",
    "comfort-rule": "règle de confort / comfort rule",
    "calendar": "calendrier / calendar",
    "default": "défaut / default",
}
LOSSES: Final = {
    "outranked": "rang plus bas / lower rank",
    "dimmer": "moins clair / dimmer",
    "same": "le même niveau / the same level",
}
FAULTS: Final = {
    "communication": "muet / communication",
    "lamp": "lampe en panne / lamp",
    "stuck": "bloqué / stuck",
    "day-burner": "allumé le jour / day burner",
}
CUTS: Final = {
    "floor": "plancher / floor",
    "step": "palier / step",
    "ramp": "rampe / ramp",
    "dwell": "maintien / dwell",
    "share": "part de la zone / share",
}
"""Which limit of the street keeps a luminaire from what is wanted."""


def percent(level: int | None) -> str:
    """A level; ?: nobody knows it."""
    return "?" if level is None else f"{level} %"


def local(moment: str) -> str:
    """A moment of an answer, in Paris, with its offset: in one night of the year the clocks show an hour twice."""
    parsed = datetime.fromisoformat(moment)
    return f"{long_local(parsed)} ({parsed.astimezone(PARIS):UTC%z})"


def short_local(moment: str) -> str:
    """The same for a narrow column."""
    return f"{datetime.fromisoformat(moment).astimezone(PARIS):%d/%m %H:%M:%S UTC%z}"
