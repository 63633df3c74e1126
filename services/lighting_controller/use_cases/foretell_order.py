"""Say what becomes of an order minute by minute, from what stands now; nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from services.lighting_controller.domain.calendars.calendar import Calendars
from services.lighting_controller.domain.commanding.pacing import Paces
from services.lighting_controller.domain.commanding.watch import Watch
from services.lighting_controller.domain.envelope.limits import Survey
from services.lighting_controller.domain.orders.override import Override
from services.lighting_controller.domain.previewing.foreseeing import Outset
from services.lighting_controller.domain.previewing.foretelling import AHEAD, Foretold, Minute, Ordered, foretell
from services.lighting_controller.domain.previewing.previewing import Preview
from services.lighting_controller.storage.groups import Groups
from services.lighting_controller.storage.luminaires import Luminaires
from services.lighting_controller.storage.overrides import Overrides
from shared.runtime.database import Transaction


class MoveView(msgspec.Struct, frozen=True):
    """So many luminaires go from one level to another; ``before`` None: nobody knows where they stood."""

    before: int | None
    level: int
    ramp_s: float
    luminaires: int


class MinuteView(msgspec.Struct, frozen=True):
    """What changes from ``at`` until a minute later, and how much of its zone that is, percent."""

    at: datetime
    luminaires: int
    share: int
    moves: tuple[MoveView, ...]


class UntilView(msgspec.Struct, frozen=True):
    """A luminaire and the moment until which it has to wait."""

    luminaire: str
    until: datetime


class HeldView(msgspec.Struct, frozen=True):
    """A luminaire that does something else, and what decides of it."""

    luminaire: str
    source: str
    level: int


class FaultyView(msgspec.Struct, frozen=True):
    """A luminaire that has a fault which keeps it from following."""

    luminaire: str
    fault: str


class CourseView(msgspec.Struct, frozen=True):
    """What becomes of an order, if luminaires hear what they are told and nobody asks for more.

    Attributes:
        minutes: those in which something changes, from the first change on.
        dwelling: who was dimmed too recently to be dimmed when the order reaches it.
        held: who obeys something else when all is done.
        faulty: who can't follow, as far as is known.
        dark: whose cabinet has no power when the order reaches it, until it is expected to answer.
        unfinished: who is not at its level before the order ends.
        done_at: when the last is at its level; None: some never are, or none changes.
    """

    minutes: tuple[MinuteView, ...]
    dwelling: tuple[UntilView, ...]
    held: tuple[HeldView, ...]
    faulty: tuple[FaultyView, ...]
    dark: tuple[UntilView, ...]
    unfinished: tuple[str, ...]
    done_at: datetime | None


def outset_of(
    transaction: Transaction,
    surveyed: Survey,
    new: Sequence[Override],
    luminaires: Sequence[str],
    paces: Paces,
    now: datetime,
) -> Outset:
    """What stands for these luminaires and all that share a zone with them, once the new overrides are there."""
    zones = {zone for name in luminaires for zone in surveyed.zones.get(name, ())}
    neighbours = {name for name, own in surveyed.zones.items() if not zones.isdisjoint(own)}
    around = Groups(transaction).of_luminaires(neighbours.union(luminaires))
    groups = Groups(transaction).get({group for own in around.values() for group in own})
    begun = {override.id for override in new}
    others = [item for item in Overrides(transaction).living(groups) if item.id not in begun]
    due = Groups(transaction).due_at(groups) | {override.order.group: now for override in new}
    known = Luminaires(transaction).some({name for group in groups.values() for name in group.luminaires})
    return Outset(list(known.values()), groups, due, [*others, *new], paces)


def foretell_order(
    outset: Outset,
    found: Preview,
    new: Sequence[Override],
    calendars: Calendars,
    surveyed: Survey,
    watch: Watch,
    now: datetime,
    breathe: Callable[[], None],
) -> CourseView | None:
    """What becomes of the new overrides; None: they never act, or begin too late for anybody to know.

    Args:
        breathe: called often on the way, which takes seconds for thousands of luminaires.
    """
    if found.never or found.all_at > now + AHEAD:
        return None
    order = Ordered(
        names={override.id for override in new},
        luminaires=[change.luminaire for change in found.changes],
        acts_from=max(found.all_at, now),
        until=max(override.lease_until for override in new),
    )
    return _view(foretell(order, outset, calendars, surveyed, watch, now, breathe))


def _view(foretold: Foretold) -> CourseView:
    return CourseView(
        minutes=tuple(_minute(minute) for minute in foretold.minutes),
        dwelling=tuple(UntilView(name, until) for name, until in foretold.dwelling.items()),
        held=tuple(HeldView(name, wish.source.value, wish.level) for name, wish in foretold.held.items()),
        faulty=tuple(FaultyView(name, fault.value) for name, fault in foretold.faulty.items()),
        dark=tuple(UntilView(name, until) for name, until in foretold.dark.items()),
        unfinished=foretold.unfinished,
        done_at=foretold.done_at,
    )


def _minute(minute: Minute) -> MinuteView:
    moves = tuple(
        MoveView(move.before, move.level, move.ramp.total_seconds(), move.luminaires) for move in minute.moves
    )
    return MinuteView(minute.at, minute.luminaires, minute.share, moves)
