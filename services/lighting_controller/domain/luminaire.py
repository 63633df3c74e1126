"""A luminaire: what is wanted of it, what was sent to it, and what it said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from services.lighting_controller.domain.arbitrating import Wish

_TOLERANCE: Final = 10
"""Points between the light and the command that are no fault: constant light output, rounding of drivers."""


class Fault(StrEnum):
    """What is wrong with a luminaire. STUCK: it says that it obeys, but its light doesn't follow."""

    COMMUNICATION = "communication"
    STUCK = "stuck"


@dataclass(frozen=True)
class InFlight:
    """The command that was sent last and has not been seen to work.

    Attributes:
        tries: how often this level was sent; 0: not yet, its turn comes.
        check_at: when it is looked at again.
    """

    level: int
    tries: int
    check_at: datetime


@dataclass(frozen=True, kw_only=True)
class Luminaire:
    """What is wanted of a luminaire and what is known of it.

    Attributes:
        target: the wish that decides; None: not decided yet.
        sequence: of its last command.
        obeyed: of the last command that it says it obeyed; None: not heard, or it can't tell.
        feedback, actual: percent, as reported; None: not heard.
        power_w: watts that it measured, as reported; None: it does not measure them.
        changes: how often its light was seen at another level than before.
        changed_at: when its target, feedback or light last changed.
    """

    id: str
    target: Wish | None = None
    in_flight: InFlight | None = None
    sequence: int = 0
    obeyed: int | None = None
    feedback: int | None = None
    actual: int | None = None
    power_w: float | None = None
    reported_at: datetime | None = None
    fault: Fault | None = None
    changes: int = 0
    changed_at: datetime | None = None

    @property
    def is_in_place(self) -> bool:
        """Whether it does what is wanted, and nothing on its way to it will change that."""
        follows = self.target is not None and self.feedback == self.target.level and not self._is_off_target
        return follows and not self._hears_another

    @property
    def due_at(self) -> datetime | None:
        """When it has to be looked at; None: only if something is wanted of it, or heard."""
        if self.in_flight is not None:
            return self.in_flight.check_at
        return None if self.target is None or self.is_in_place else self.changed_at

    @property
    def _hears_another(self) -> bool:
        """Whether a command that it has not obeyed yet may still change its level."""
        if self.in_flight is None or self.target is None:
            return False
        if self.obeyed is not None:
            return self.obeyed < self.sequence
        return self.in_flight.tries > 0 and self.in_flight.level != self.target.level

    @property
    def _is_off_target(self) -> bool:
        return (
            self.target is not None
            and self.actual is not None
            and (abs(self.actual - self.target.level) > _TOLERANCE or (self.actual > 0) != (self.target.level > 0))
        )
