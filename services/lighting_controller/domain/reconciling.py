"""Desired against reported, for one luminaire: command, wait, try again, or call it a fault."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.lighting_controller.domain.arbitrating import Source, Wish
from services.lighting_controller.domain.driver import Command, CommandReason
from services.lighting_controller.domain.luminaire import Fault, InFlight, Luminaire


@dataclass(frozen=True)
class Patience:
    """How long to wait for a luminaire.

    Attributes:
        answer_within: after the first command, and twice as long after each further one.
        tries: how often a level is sent before the luminaire is called faulty.
        again_after: a faulty one is tried once more that often, for as long as it takes.
        spread: the longest lengthening of a wait, as a share of it, so that many don't come due at once.
        reopened_after: when it is tried again after the way to the luminaires was closed.
    """

    answer_within: timedelta = timedelta(seconds=30)
    tries: int = 3
    again_after: timedelta = timedelta(minutes=15)
    spread: float = 0.0
    reopened_after: timedelta = timedelta(seconds=30)

    def wait(self, luminaire: Luminaire, tries: int) -> timedelta:
        """How long to wait for this one after so many tries; always the same for the same."""
        plain = self.again_after if luminaire.fault else self.answer_within * 2 ** (tries - 1)
        chance = zlib.crc32(f"{luminaire.id} {tries}".encode()) / 2**32
        return plain * (1 + self.spread * chance)


class Move(StrEnum):
    """What is done about a luminaire now.

    HOLD_BACK: too many leave in this second; DELAY: the way to it is closed.
    """

    NOTHING_WANTED = "nothing-wanted"
    IN_PLACE = "in-place"
    SEND = "send"
    WAIT = "wait"
    RETRY = "retry"
    GIVE_UP = "give-up"
    HOLD_BACK = "hold-back"
    DELAY = "delay"


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
        return Reconciled(_give_up(luminaire, target, flight, now, patience), Move.GIVE_UP)
    move = Move.RETRY if flight.tries else Move.SEND
    return _send(luminaire, target, flight.tries + 1, now, patience, move)


def _give_up(luminaire: Luminaire, target: Wish, flight: InFlight, now: datetime, patience: Patience) -> Luminaire:
    fault = Fault.STUCK if luminaire.feedback == target.level else Fault.COMMUNICATION
    faulty = replace(luminaire, fault=fault)
    return replace(faulty, in_flight=replace(flight, check_at=now + patience.wait(faulty, flight.tries)))


def hold_back(before: Luminaire, planned: Reconciled, until: datetime) -> Reconciled:
    """What was planned for it put off: nothing leaves before then."""
    flight = planned.luminaire.in_flight
    if flight is None:
        return planned
    waiting = replace(flight, tries=flight.tries - 1, check_at=until)
    return Reconciled(replace(before, in_flight=waiting), Move.HOLD_BACK)


def postpone(luminaire: Luminaire, until: datetime) -> Luminaire:
    """The luminaire whose last command did not leave; it is tried then, and that try does not count."""
    flight = luminaire.in_flight
    if flight is None:
        return luminaire
    return replace(luminaire, in_flight=replace(flight, tries=max(0, flight.tries - 1), check_at=until))


def _send(luminaire: Luminaire, target: Wish, tries: int, now: datetime, patience: Patience, move: Move) -> Reconciled:
    wait = patience.wait(luminaire, tries)
    flight = InFlight(target.level, tries, now + target.ramp + wait)
    sent = replace(luminaire, sequence=luminaire.sequence + 1, in_flight=flight)
    command = Command(sent.id, target.level, target.ramp, _reason(target.source), target.by, sent.sequence, tries)
    return Reconciled(sent, move, command)


def _reason(source: Source) -> CommandReason:
    if source is Source.DEFAULT:
        return CommandReason.DEFAULT
    return CommandReason.PROGRAM if source is Source.CALENDAR else CommandReason.OVERRIDE
