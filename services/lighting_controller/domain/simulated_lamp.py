"""How a simulated luminaire obeys: when a command takes effect and where its light is on the way there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.lighting_controller.domain.driver import Command, Report

DEFAULT_LIGHT_STATE: Final = 100
"""Percent; of a luminaire that obeys no command (TALQ's default)."""


@dataclass(frozen=True)
class SimulatedLamp:
    """A lamp, from its last command.

    Attributes:
        before: the level of the command that was in effect before; None: none was.
        origin: percent of light when ``level`` takes effect, at ``since``.
        level: percent that the last command wants; None: there was no command.
    """

    id: str
    since: datetime
    before: int | None = None
    origin: int = DEFAULT_LIGHT_STATE
    level: int | None = None
    ramp: timedelta = timedelta()
    sequence: int = 0

    def obey(self, command: Command, effective: datetime) -> SimulatedLamp:
        """The lamp after a command that takes effect at a moment; the same lamp if the command is an old one."""
        if command.sequence <= self.sequence:
            return self
        now = self.report(effective)
        origin = self.origin if now.actual is None else now.actual
        return SimulatedLamp(self.id, effective, now.feedback, origin, command.level, command.ramp, command.sequence)

    def report(self, now: datetime) -> Report:
        """What it says of itself at a moment."""
        if self.level is None or now < self.since:
            return Report(self.id, self.before, self.origin, now)
        way = 1.0 if now >= self.since + self.ramp else (now - self.since) / self.ramp
        return Report(self.id, self.level, round(self.origin + (self.level - self.origin) * way), now)
