"""How a simulated luminaire obeys: when a command takes effect, where its light is on the way there, and what it does
by itself when it is cut off."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from services.lighting_controller.domain.commanding.driver import Command, Report
from services.lighting_controller.domain.commanding.kept_programme import (
    ALONE_AFTER,
    DEFAULT_LIGHT_STATE,
    KeptProgramme,
)

_NOMINAL_W: Final = 60.0
_STANDBY_W: Final = 0.5
_DRIVER_LOSS: Final = 0.08


def led_watts(level: int) -> float:
    """What a made-up LED luminaire of 60 W draws at a level in percent.

    Its driver keeps a loss of 8 % at any level, and waits at 0.5 W: a level of 50 % takes more than half the watts.
    """
    if level == 0:
        return _STANDBY_W
    return round(_NOMINAL_W * (_DRIVER_LOSS + (1 - _DRIVER_LOSS) * level / 100), 2)


@dataclass(frozen=True)
class SimulatedLamp:
    """A lamp, from its last command.

    Attributes:
        before: the level of the command that was in effect before; None: none was.
        origin: percent of light when ``level`` takes effect, at ``since``.
        level: percent that the last command wants; None: there was no command.
        programme: what it does when it is cut off; None: it keeps to its last command.
    """

    id: str
    since: datetime
    before: int | None = None
    origin: int = DEFAULT_LIGHT_STATE
    level: int | None = None
    ramp: timedelta = timedelta()
    sequence: int = 0
    programme: KeptProgramme | None = None

    def obey(self, command: Command, effective: datetime, heard: datetime | None = None) -> SimulatedLamp:
        """The lamp after a command that takes effect at a moment; the same lamp if the command is an old one.

        Args:
            heard: when it last heard of its controller before that; see ``report``.
        """
        if command.sequence <= self.sequence:
            return self
        now = self.report(effective, heard)
        return replace(
            self,
            since=effective,
            before=now.feedback,
            origin=self.origin if now.actual is None else now.actual,
            level=command.level,
            ramp=command.ramp,
            sequence=command.sequence,
        )

    def report(self, now: datetime, heard: datetime | None = None, alone_after: timedelta = ALONE_AFTER) -> Report:
        """What it says of itself at a moment.

        Args:
            heard: when it last heard of its controller; None: it still does.
        """
        if self.programme is not None and self.is_alone(now, heard, alone_after):
            level = self.programme.level_at(now)
            return Report(self.id, None if self.programme.until is None else level, level, now, self.sequence)
        if self.level is None:
            return Report(self.id, self.before, self.origin, now, self.sequence)
        if now < self.since:
            # Which one it obeyed before is forgotten: it was an earlier one.
            return Report(self.id, self.before, self.origin, now, self.sequence - 1)
        way = 1.0 if now >= self.since + self.ramp else (now - self.since) / self.ramp
        return Report(self.id, self.level, round(self.origin + (self.level - self.origin) * way), now, self.sequence)

    def is_alone(self, now: datetime, heard: datetime | None, alone_after: timedelta = ALONE_AFTER) -> bool:
        """Whether nobody tells it what to do; the arguments are those of ``report``."""
        return self.level is None or (heard is not None and now - heard >= alone_after)
