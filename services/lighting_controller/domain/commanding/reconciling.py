"""Desired against reported, for one luminaire: command, wait, try again, or call it a fault."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from services.lighting_controller.domain.arbitrating import Source, Wish
from services.lighting_controller.domain.commanding.driver import Command, CommandReason
from services.lighting_controller.domain.fault import Fault, Finding
from services.lighting_controller.domain.faults.examining import found
from services.lighting_controller.domain.faults.patience import Patience
from services.lighting_controller.domain.luminaire import InFlight, Luminaire
from services.lighting_controller.domain.network.network import Circumstances

_EVERYWHERE: Final = Circumstances()
_IN_VAIN: Final = (Fault.COMMUNICATION, Fault.STUCK)


class Move(StrEnum):
    """What is done about a luminaire now.

    HOLD_BACK: too many leave in this second; DELAY: the way to it is closed; SPARE: its lamp has failed, and no command
    lights it; ASLEEP: its cabinet has no power now.
    """

    NOTHING_WANTED = "nothing-wanted"
    IN_PLACE = "in-place"
    SEND = "send"
    WAIT = "wait"
    RETRY = "retry"
    GIVE_UP = "give-up"
    HOLD_BACK = "hold-back"
    DELAY = "delay"
    SPARE = "spare"
    ASLEEP = "asleep"


class Reconciled(Struct, frozen=True):
    """The luminaire afterwards, what was done and, with SEND and RETRY, the command."""

    luminaire: Luminaire
    move: Move
    command: Command | None = None


def aim(luminaire: Luminaire, wish: Wish | None, now: datetime) -> Luminaire:
    """The luminaire with that target; the same object if it has it already."""
    if luminaire.target == wish:
        return luminaire
    return replace(luminaire, target=wish, changed_at=now)


def reconcile(
    luminaire: Luminaire, now: datetime, patience: Patience, around: Circumstances = _EVERYWHERE
) -> Reconciled:
    """What to do about it at ``now``."""
    target, flight = luminaire.target, luminaire.in_flight
    if target is None:
        return Reconciled(luminaire, Move.NOTHING_WANTED)
    if luminaire.is_settled:
        move = Move.IN_PLACE if luminaire.is_in_place else Move.SPARE
        return Reconciled(luminaire if flight is None else replace(luminaire, in_flight=None), move)
    if flight is None or flight.level != target.level or now > flight.check_at + patience.expires_after:
        return _send(luminaire, target, 1, now, patience, Move.SEND)
    if now < flight.check_at:
        return Reconciled(luminaire, Move.WAIT)
    if (there_at := _there_at(luminaire, target, flight, patience)) is not None and now < there_at:
        return Reconciled(replace(luminaire, in_flight=replace(flight, check_at=there_at)), Move.WAIT)
    if flight.tries and around.expected_from is not None and now < around.expected_from:
        awake = around.expected_from
        return Reconciled(replace(luminaire, in_flight=replace(flight, check_at=awake)), Move.ASLEEP)
    if flight.tries >= patience.tries and not luminaire.fails(fault := _in_vain(luminaire)):
        faulty = found(luminaire, fault, now, flight.tries)
        waiting = replace(flight, check_at=now + patience.wait(faulty, flight.tries))
        return Reconciled(replace(faulty, in_flight=waiting), Move.GIVE_UP)
    move = Move.RETRY if flight.tries else Move.SEND
    return _send(luminaire, target, flight.tries + 1, now, patience, move)


def _there_at(luminaire: Luminaire, target: Wish, flight: InFlight, patience: Patience) -> datetime | None:
    """When the light of one that obeys ought to have followed; None: it doesn't say that it obeys."""
    if not luminaire.obeys or flight.sent_at is None:
        return None
    return flight.sent_at + target.ramp + patience.wait(luminaire, max(flight.tries, 1))


def _in_vain(luminaire: Luminaire) -> Fault:
    """One that hears and can't, or won't do what it is told, is stuck: its way is well."""
    return Fault.STUCK if luminaire.obeys or luminaire.does_otherwise else Fault.COMMUNICATION


def hold_back(before: Luminaire, planned: Reconciled, until: datetime) -> Reconciled:
    """What was planned for it put off: nothing leaves before then."""
    flight = planned.luminaire.in_flight
    if flight is None:
        return planned
    sent_at = None if before.in_flight is None else before.in_flight.sent_at
    waiting = replace(flight, tries=flight.tries - 1, check_at=until, sent_at=sent_at)
    return Reconciled(replace(before, in_flight=waiting), Move.HOLD_BACK)


def postpone(luminaire: Luminaire, until: datetime) -> Luminaire:
    """The luminaire whose last command did not leave; it is tried then, and that try does not count."""
    flight = luminaire.in_flight
    if flight is None:
        return luminaire
    waiting = replace(flight, tries=max(0, flight.tries - 1), check_at=until)
    return replace(luminaire, in_flight=waiting, findings=_tried(luminaire, -1))


def _send(luminaire: Luminaire, target: Wish, tries: int, now: datetime, patience: Patience, move: Move) -> Reconciled:
    wait = patience.wait(luminaire, tries)
    flight = InFlight(target.level, tries, now + wait, now)
    sent = replace(luminaire, sequence=luminaire.sequence + 1, in_flight=flight, findings=_tried(luminaire, 1))
    command = Command(sent.id, target.level, target.ramp, _reason(target.source), target.by, sent.sequence, tries)
    return Reconciled(sent, move, command)


def _tried(luminaire: Luminaire, more: int) -> tuple[Finding, ...]:
    """What is wrong with it, with so many more tries to mend what commands may mend."""
    return tuple(
        replace(item, tries=max(0, item.tries + more)) if item.stands and item.fault in _IN_VAIN else item
        for item in luminaire.findings
    )


def _reason(source: Source) -> CommandReason:
    if source is Source.DEFAULT:
        return CommandReason.DEFAULT
    return CommandReason.PROGRAM if source is Source.CALENDAR else CommandReason.OVERRIDE
