"""Settle the groups that are due: what becomes of their overrides, what their luminaires are to do, what is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from services.lighting_controller.domain.announcing import override_changed
from services.lighting_controller.domain.calendar import Calendars
from services.lighting_controller.domain.counting import advance
from services.lighting_controller.domain.darkness import next_turn
from services.lighting_controller.domain.driver import Command
from services.lighting_controller.domain.envelope import note_seen, note_told
from services.lighting_controller.domain.examining import examine
from services.lighting_controller.domain.flooring import next_twilight
from services.lighting_controller.domain.luminaire import Luminaire
from services.lighting_controller.domain.observing import observe_found
from services.lighting_controller.domain.override import Override
from services.lighting_controller.domain.pacing import Paces, keep_paces
from services.lighting_controller.domain.reconciling import Move, Reconciled, reconcile
from services.lighting_controller.domain.watch import Watch
from services.lighting_controller.storage.groups import Groups
from services.lighting_controller.storage.luminaires import Luminaires
from services.lighting_controller.storage.overrides import Overrides
from services.lighting_controller.storage.safety import Safety
from services.lighting_controller.use_cases.confine_luminaires import confine_luminaires
from services.lighting_controller.use_cases.decide_luminaires import decide_luminaires
from services.lighting_controller.use_cases.hear_reports import tell
from services.lighting_controller.use_cases.save_luminaires import save_luminaires
from services.lighting_controller.use_cases.tell_cuts import tell_cuts
from shared import bus
from shared.runtime.database import Transaction


@dataclass(frozen=True)
class Settled:
    """What is to be sent, what was done about each luminaire, and the paces when that has left."""

    commands: tuple[Command, ...]
    moves: tuple[Move, ...]
    paces: Paces


def due_groups(transaction: Transaction, now: datetime) -> set[str]:
    """Ids of the groups that are due, by their calendar or by an override."""
    return Groups(transaction).due(now) | Overrides(transaction).due_groups(now)


def claim_due(transaction: Transaction, now: datetime, heard: AbstractSet[str]) -> set[str]:
    """Lock what is due until the transaction ends, groups before luminaires and these in order, as everybody does.

    Args:
        heard: the luminaires whose reports are taken next: that locks them, and nothing more has to if they are all.

    Returns:
        Ids of the groups that are due.
    """
    due = due_groups(transaction, now)
    Groups(transaction).lock(due)
    concerned = Luminaires(transaction).concerned(due, now)
    if not heard >= set(concerned):
        Luminaires(transaction).lock(sorted({*concerned, *heard}))
    return due


def settle_groups(
    transaction: Transaction,
    due: set[str],
    calendars: Calendars,
    safety: Safety,
    now: datetime,
    watch: Watch,
    paces: Paces,
    heard: Mapping[str, Luminaire],
) -> Settled:
    """Settle what is due; a luminaire that is due is tried again, or goes a step on, also if its groups are not.

    Args:
        due: ids of the groups, which this transaction has locked.
        heard: luminaires as this transaction has just stored them, by id: they are not read again.
    """
    _advance_overrides(transaction, due, calendars, now)
    _plan_next(transaction, due, calendars, now)
    luminaires = _concerned(transaction, due, now, heard)
    surveyed = safety.survey(transaction)
    verdicts = decide_luminaires(transaction, due, calendars, surveyed, now)
    aimed, counting = confine_luminaires(transaction, luminaires, verdicts, surveyed, now)
    reconciled, paces = _reconciled(aimed, now, watch, paces)
    after = [_noted(item, item.luminaire.id in counting, now) for item in reconciled]
    _note(transaction, luminaires, after, now, watch)
    tell_cuts(transaction, after, now)
    commands = tuple(item.command for item in reconciled if item.command is not None)
    return Settled(commands, tuple(item.move for item in reconciled), paces)


def _reconciled(
    aimed: Sequence[Luminaire], now: datetime, watch: Watch, paces: Paces
) -> tuple[Sequence[Reconciled], Paces]:
    """What is found of each, what is sent to it, and the paces when that has left."""
    surroundings = [watch.network.around(luminaire.id, now) for luminaire in aimed]
    examined = [examine(it, around, now, watch.patience) for it, around in zip(aimed, surroundings, strict=True)]
    planned = [reconcile(it, now, watch.patience, around) for it, around in zip(examined, surroundings, strict=True)]
    return keep_paces(examined, planned, paces, watch.network.gateway_of, now)


def _concerned(
    transaction: Transaction, due: set[str], now: datetime, heard: Mapping[str, Luminaire]
) -> list[Luminaire]:
    """Those concerned, in order; nobody else changes them until this transaction ends."""
    ids = Luminaires(transaction).concerned(due, now)
    others = {item.id: item for item in Luminaires(transaction).get([each for each in ids if each not in heard])}
    found = (heard[each].with_open_findings() if each in heard else others.get(each) for each in ids)
    return [luminaire for luminaire in found if luminaire is not None]


def _note(
    transaction: Transaction, before: Sequence[Luminaire], after: Sequence[Luminaire], now: datetime, watch: Watch
) -> None:
    told = [observe_found(was, item, now) for was, item in zip(before, after, strict=True)]
    save_luminaires(transaction, zip(before, (item for item, _ in told), strict=True), now)
    tell(transaction, [observed for _, observed in told if observed is not None], watch)


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


def _plan_next(transaction: Transaction, due: set[str], calendars: Calendars, now: datetime) -> None:
    """When the groups are due again.

    At the next change of the calendar; at dusk, at dawn and when a bylaw begins or ends, for the floor; at sunset and
    sunrise while an emergency lives there that acts by night.
    """
    living = Overrides(transaction).living(due)
    by_sun = {override.order.group for override in living if override.beats_the_switch_off and not override.order.day}
    for group in Groups(transaction).get(due).values():
        moments = (
            calendars.plan_of(group.id, group.site).next_change(now),
            calendars.bylaws.next_change(group.id, group.site, now),
            next_turn(group.site, now) if group.id in by_sun else None,
            next_twilight(group.site, now),
        )
        Groups(transaction).mark_due({group.id}, min(moment for moment in moments if moment is not None))
