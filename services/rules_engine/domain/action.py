"""What a rule does while it fires: it tells people, or holds lights."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias


@dataclass(frozen=True)
class NotifyAction:
    """Tell a team. ``digest``: ``HH:MM``, local, collected and told once a day then; None: at once."""

    team: str
    message: str
    digest: str | None = None


@dataclass(frozen=True)
class LightAction:
    """Hold a group of luminaires, or all groups in an area, at a level, percent, as long as the rule fires.

    Attributes:
        area: id; every group that has a luminaire in it is held. None: ``group`` is.
        at_most: of lit time; None: as long as the rule fires.
        day: also while the calendar has the group unlit.
        ramp: time from the old level to the new one.
    """

    group: str
    level: int
    reason: str
    at_most: timedelta | None = None
    day: bool = False
    ramp: timedelta = timedelta()
    area: str | None = None


Action: TypeAlias = NotifyAction | LightAction
