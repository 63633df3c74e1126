"""What luminaires report and what is wrong with them, told to telemetry as observations of their points."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

import msgspec

from shared.model.message import Message

UNITS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "level": "%",
        "power": "W",
        "failure": "1",
        "communication_fault": "1",
        "stuck": "1",
        "day_burner": "1",
    }
)
"""UCUM codes by property of the kind ``luminaire``."""


class LuminaireObserved(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen of one luminaire at one moment.

    Attributes:
        point: its id.
        time: when it was so, UTC.
        values: by property, in ``UNITS``; what it can't tell is left out.
    """

    point: str
    time: datetime
    values: dict[str, float]


class LuminairesObserved(Message, frozen=True, kw_only=True):
    """What was seen of some luminaires, in the order in which it was seen."""

    observations: tuple[LuminaireObserved, ...]
