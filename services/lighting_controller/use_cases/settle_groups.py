"""Settle the groups that are due: what becomes of their overrides, what their luminaires are to do, what is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.lighting_controller.domain.announcing import override_changed
from services.lighting_controller.domain.arbitrating import Wish
from services.lighting_controller.domain.calendar import HORIZON, Calendars
from services.lighting_controller.domain.counting import advance
from services.lighting_controller.domain.darkness import next_turn
from services.lighting_controller.domain.driver import Command
from services.lighting_controller.domain.override import Override
from services.lighting_controller.domain.pacing import Pace, keep_pace
from services.lighting_controller.domain.reconciling import Move, Patience, aim, reconcile
from services.lighting_controller.domain.wishing import decisions_of
from services.lighting_controller.storage.groups import Groups
from services.lighting_controller.storage.luminaires import Luminaires
from services.lighting_controller.storage.overrides import Overrides
from services.lighting_controller.use_cases.save_luminaires import save_luminaires
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
    transaction: Transaction, calendars: Calendars, now: datetime, patience: Patience, pace: Pace | None = None
) -> Settled:
    """Settle what is due; a luminaire that is due is tried again also if its groups are not."""
    due = due_groups(transaction, now)
    Groups(transaction).lock(due)
    _advance_overrides(transaction, due, calendars, now)
    _plan_next(transaction, due, calendars, now)
    luminaires = Luminaires(transaction).concerned(due, now)
    decided = _decided(transaction, due, calendars, now)
    aimed = [aim(luminaire, decided.get(luminaire.id, luminaire.target), now) for luminaire in luminaires]
    planned = [reconcile(luminaire, now, patience) for luminaire in aimed]
    reconciled, pace = keep_pace(aimed, planned, pace, now)
    after = [item.luminaire for item in reconciled]
    save_luminaires(transaction, dict(zip(luminaires, after, strict=True)), now)
    commands = tuple(item.command for item in reconciled if item.command is not None)
    return Settled(commands, tuple(item.move for item in reconciled), pace)


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


def _plan_next(transaction: Transaction, due: set[str], calendars: Calendars, now: datetime) -> None:
    living = Overrides(transaction).living(due)
    by_sun = {override.order.group for override in living if override.beats_the_switch_off and not override.order.day}
    for group in Groups(transaction).get(due).values():
        change = calendars.plan_of(group.id, group.site).next_change(now) or now + HORIZON
        turn = next_turn(group.site, now) if group.id in by_sun else None
        Groups(transaction).mark_due({group.id}, min(change, turn or change))


def _decided(transaction: Transaction, due: set[str], calendars: Calendars, now: datetime) -> dict[str, Wish]:
    """The wish that decides for each luminaire of the due groups; it may belong to others too, whose wishes count."""
    groups = Groups(transaction).get(Groups(transaction).sharing(due))
    overrides = Overrides(transaction).living(groups)
    decisions = decisions_of(groups.values(), calendars, overrides, now)
    members = {luminaire for group in groups.values() if group.id in due for luminaire in group.luminaires}
    return {luminaire: decisions[luminaire].winner for luminaire in sorted(members)}
