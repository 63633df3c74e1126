"""What a driver of luminaires must be able to do; what luminaires are told and what they report, in TALQ's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, runtime_checkable

from services.lighting_controller.domain.commanding.kept_programme import KeptProgramme


class CommandReason(StrEnum):
    """What triggered a command (TALQ)."""

    DEFAULT = "default"
    OVERRIDE = "override"
    PROGRAM = "program"


@dataclass(frozen=True)
class Command:
    """A level for one luminaire.

    Attributes:
        level: percent.
        ramp: time in which it is to be reached (TALQ's rampToLevelTime).
        ref: names the cause in logs (TALQ's refAddress): ``calendar``, ``default`` or an override's id.
        sequence: counts the commands to this luminaire; a luminaire passes over one older than it has obeyed.
        attempt: how often it was told this level by now, 1 for the first time.
    """

    luminaire: str
    level: int
    ramp: timedelta
    reason: CommandReason
    ref: str
    sequence: int
    attempt: int = 1


@dataclass(frozen=True)
class Report:
    """What a luminaire says of itself.

    Attributes:
        feedback: the level of the command in effect, percent; None: it obeys none yet.
        actual: the level of its light, percent; None: it can't tell.
        at: when it was so, UTC.
        sequence: of the last command that it obeyed, 0: none; None: it can't tell.
        power_w: watts that it measures; None: it does not measure them.
        lamp_failure: its lamp gives no light (TALQ's lampFailure); None: it can't tell.
    """

    luminaire: str
    feedback: int | None
    actual: int | None
    at: datetime
    sequence: int | None = None
    power_w: float | None = None
    lamp_failure: bool | None = None


class Driver(Protocol):
    """Brings commands to luminaires, and knows what they said last. It decides nothing and repeats nothing."""

    def send(self, commands: Sequence[Command], now: datetime) -> None:
        """Hand the commands over; whether they arrive shows in reports.

        Raises:
            DeliveryDelayed: the way to the luminaires is closed; none was handed over.
        """
        ...

    def reports(self, luminaires: Sequence[str], now: datetime) -> Sequence[Report]:
        """The latest report of each of these, without those that never said anything."""
        ...

    def rest(self) -> None:
        """Let go of the way to the luminaires: another process commands them. The next command takes it up again."""
        ...


@runtime_checkable
class Bundles(Protocol):
    """What a driver can besides that brings several commands in one message."""

    def bundle(self, commands: Sequence[Command]) -> list[tuple[int, ...]]:
        """Which commands would leave as one message, by their places."""
        ...


@runtime_checkable
class FailSafe(Protocol):
    """What a driver can besides, whose luminaires go on by themselves when they hear nothing of the controller."""

    def upload(self, programmes: Sequence[KeptProgramme], now: datetime) -> None:
        """Hand over what these luminaires do when they are cut off; the same again changes nothing.

        Raises:
            DeliveryDelayed: the way to the luminaires is closed; how many were handed over is not known.
        """
        ...

    def beat(self, now: datetime) -> None:
        """Let all luminaires know that the controller is there.

        Raises:
            DeliveryDelayed: the way to the luminaires is closed.
        """
        ...
