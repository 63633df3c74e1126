"""Desired against reported, for one luminaire: command, wait, try again, or call it a fault."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from services.lighting_controller.domain.arbitrating import Source, Wish
from services.lighting_controller.domain.driver import Command, CommandReason, Report

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
        tries: how often this level was sent.
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
        feedback, actual: percent, as reported; None: not heard.
        changes: how often its light was seen at another level than before.
        changed_at: when its target, feedback or light last changed.
    """

    id: str
    target: Wish | None = None
    in_flight: InFlight | None = None
    sequence: int = 0
    feedback: int | None = None
    actual: int | None = None
    reported_at: datetime | None = None
    fault: Fault | None = None
    changes: int = 0
    changed_at: datetime | None = None

    @property
    def is_in_place(self) -> bool:
        """Whether it does what is wanted."""
        return self.target is not None and self.feedback == self.target.level and not self._is_off_target

    @property
    def _is_off_target(self) -> bool:
        return (
            self.target is not None
            and self.actual is not None
            and (abs(self.actual - self.target.level) > _TOLERANCE or (self.actual > 0) != (self.target.level > 0))
        )


@dataclass(frozen=True)
class Patience:
    """How long to wait for a luminaire.

    Attributes:
        answer_within: after the first command, and twice as long after each further one.
        tries: how often a level is sent before the luminaire is called faulty.
        again_after: a faulty one is tried once more that often, for as long as it takes.
    """

    answer_within: timedelta = timedelta(seconds=30)
    tries: int = 3
    again_after: timedelta = timedelta(minutes=15)


class Move(StrEnum):
    """What is done about a luminaire now."""

    NOTHING_WANTED = "nothing-wanted"
    IN_PLACE = "in-place"
    SEND = "send"
    WAIT = "wait"
    RETRY = "retry"
    GIVE_UP = "give-up"


@dataclass(frozen=True)
class Reconciled:
    """The luminaire afterwards, what was done and, with SEND and RETRY, the command."""

    luminaire: Luminaire
    move: Move
    command: Command | None = None


def aim(luminaire: Luminaire, wish: Wish | None, now: datetime) -> Luminaire:
    """The luminaire with that target; the same object if it has it already."""
    if luminaire.target == wish:
        return luminaire
    return replace(luminaire, target=wish, changed_at=now)


def hear(luminaire: Luminaire, report: Report) -> Luminaire:
    """The luminaire after a report; an older one than the last changes nothing."""
    if luminaire.reported_at is not None and report.at < luminaire.reported_at:
        return luminaire
    heard = replace(luminaire, feedback=report.feedback, actual=report.actual, reported_at=report.at)
    if (luminaire.feedback, luminaire.actual) != (report.feedback, report.actual):
        heard = replace(heard, changed_at=report.at)
    if luminaire.actual is not None and report.actual not in (None, luminaire.actual):
        heard = replace(heard, changes=luminaire.changes + 1)
    return replace(heard, in_flight=None, fault=None) if heard.is_in_place else heard


def reconcile(luminaire: Luminaire, now: datetime, patience: Patience) -> Reconciled:
    """What to do about it at ``now``."""
    target, flight = luminaire.target, luminaire.in_flight
    if target is None:
        return Reconciled(luminaire, Move.NOTHING_WANTED)
    if luminaire.is_in_place:
        return Reconciled(replace(luminaire, in_flight=None, fault=None), Move.IN_PLACE)
    if flight is None or flight.level != target.level:
        return _send(luminaire, target, 1, now, patience, Move.SEND)
    if now < flight.check_at:
        return Reconciled(luminaire, Move.WAIT)
    if flight.tries >= patience.tries and luminaire.fault is None:
        fault = Fault.STUCK if luminaire.feedback == target.level else Fault.COMMUNICATION
        waiting = replace(flight, check_at=now + patience.again_after)
        return Reconciled(replace(luminaire, fault=fault, in_flight=waiting), Move.GIVE_UP)
    return _send(luminaire, target, flight.tries + 1, now, patience, Move.RETRY)


def _send(luminaire: Luminaire, target: Wish, tries: int, now: datetime, patience: Patience, move: Move) -> Reconciled:
    wait = patience.again_after if luminaire.fault else patience.answer_within * 2 ** (tries - 1)
    flight = InFlight(target.level, tries, now + target.ramp + wait)
    sent = replace(luminaire, sequence=luminaire.sequence + 1, in_flight=flight)
    command = Command(sent.id, target.level, target.ramp, _reason(target.source), target.by, sent.sequence)
    return Reconciled(sent, move, command)


def _reason(source: Source) -> CommandReason:
    if source is Source.DEFAULT:
        return CommandReason.DEFAULT
    return CommandReason.PROGRAM if source is Source.CALENDAR else CommandReason.OVERRIDE
