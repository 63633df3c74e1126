"""Settle the groups that are due: what becomes of their overrides, what their luminaires are to do, what is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.lighting_controller.domain.announcing import override_changed
from services.lighting_controller.domain.calendar import HORIZON, Calendars
from services.lighting_controller.domain.counting import advance
from services.lighting_controller.domain.driver import Command
from services.lighting_controller.domain.envelope import note_seen, note_told
from services.lighting_controller.domain.flooring import next_twilight
from services.lighting_controller.domain.luminaire import Luminaire
from services.lighting_controller.domain.override import Override
from services.lighting_controller.domain.pacing import Pace, keep_pace
from services.lighting_controller.domain.reconciling import Move, Patience, Reconciled, reconcile
from services.lighting_controller.storage.groups import Groups
from services.lighting_controller.storage.luminaires import Luminaires
from services.lighting_controller.storage.overrides import Overrides
from services.lighting_controller.storage.safety import Safety
from services.lighting_controller.use_cases.confine_luminaires import confine_luminaires
from services.lighting_controller.use_cases.decide_luminaires import decide_luminaires
from services.lighting_controller.use_cases.save_luminaires import save_luminaires
from services.lighting_controller.use_cases.tell_cuts import tell_cuts
from shared import bus
from shared.runtime.database import Transaction


@dataclass(frozen=True)
class Settled:
    """What is to be sent, what was done about each luminaire, and the pace when that has left."""

    commands: tuple[Command, ...]
    moves: tuple[Move, ...]
    pace: Pace | None


def due_groups(transaction: Transaction, now: datetime) -> set[str]:
    """Ids of the groups that are due, by their calendar or by an override."""
    return Groups(transaction).due(now) | Overrides(transaction).due_groups(now)


def settle_groups(
    transaction: Transaction,
    calendars: Calendars,
    safety: Safety,
    now: datetime,
    patience: Patience,
    pace: Pace | None = None,
) -> Settled:
    """Settle what is due; a luminaire that is due is tried again, or goes a step on, also if its groups are not."""
    due = due_groups(transaction, now)
    Groups(transaction).lock(due)
    _advance_overrides(transaction, due, calendars, now)
    _plan_next(transaction, due, calendars, safety, now)
    luminaires = Luminaires(transaction).concerned(due, now)
    surveyed = safety.survey(transaction)
    verdicts = decide_luminaires(transaction, due, calendars, safety, surveyed, now)
    aimed, counting = confine_luminaires(transaction, luminaires, verdicts, surveyed, now)
    planned = [reconcile(luminaire, now, patience) for luminaire in aimed]
    reconciled, pace = keep_pace(aimed, planned, pace, now)
    after = [_noted(item, item.luminaire.id in counting, now) for item in reconciled]
    save_luminaires(transaction, dict(zip(luminaires, after, strict=True)), now)
    tell_cuts(transaction, after, now)
    commands = tuple(item.command for item in reconciled if item.command is not None)
    return Settled(commands, tuple(item.move for item in reconciled), pace)


def _noted(item: Reconciled, counts: bool, now: datetime) -> Luminaire:
    """A command counts from here on: whether it arrives is not known, and a process may die before it leaves."""
    if item.command is None:
        return note_seen(item.luminaire, now) if item.move is Move.IN_PLACE else item.luminaire
    return note_told(item.luminaire, item.command.level, now, counts=counts)


def _advance_overrides(transaction: Transaction, due: set[str], calendars: Calendars, now: datetime) -> None:
    groups = Groups(transaction).get(due)
    changed: list[Override] = []
    for override in Overrides(transaction).living(due):
        group = groups.get(override.order.group)
        advanced = advance(override, now, calendars.plan_of(group.id, group.site) if group else None)
        for transition in advanced.told:
            transaction.publish(bus.OVERRIDE_CHANGED, override_changed(advanced.override, transition))
        if advanced.override != override:
            changed.append(advanced.override)
    Overrides(transaction).save(changed)


def _plan_next(transaction: Transaction, due: set[str], calendars: Calendars, safety: Safety, now: datetime) -> None:
    """At the next change of the calendar; and at dusk, at dawn and when a bylaw begins or ends, for the floor."""
    for group in Groups(transaction).get(due).values():
        change = calendars.plan_of(group.id, group.site).next_change(now) or now + HORIZON
        bylaw = safety.bylaws.next_change(group.id, group.site, now) or change
        Groups(transaction).mark_due({group.id}, min(change, bylaw, next_twilight(group.site, now)))
