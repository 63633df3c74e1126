"""Settle the groups that are due: what becomes of their overrides, what their luminaires are to do, what is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

from services.lighting_controller.domain.calendars.calendar import Calendars
from services.lighting_controller.domain.commanding.deciding import next_decision
from services.lighting_controller.domain.commanding.pacing import Paces
from services.lighting_controller.domain.commanding.settling import Settling, settle
from services.lighting_controller.domain.commanding.watch import Watch
from services.lighting_controller.domain.envelope.sharing import MINUTE
from services.lighting_controller.domain.faults.observing import observe_found
from services.lighting_controller.domain.luminaire import Luminaire
from services.lighting_controller.storage.groups import Groups
from services.lighting_controller.storage.luminaires import Luminaires
from services.lighting_controller.storage.overrides import Overrides
from services.lighting_controller.storage.safety import Safety
from services.lighting_controller.use_cases.advance_overrides import advance_overrides
from services.lighting_controller.use_cases.decide_luminaires import decide_luminaires
from services.lighting_controller.use_cases.hear_reports import tell
from services.lighting_controller.use_cases.save_luminaires import save_luminaires
from services.lighting_controller.use_cases.tell_cuts import tell_cuts
from shared.runtime.database import Transaction


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
) -> Settling:
    """Settle what is due; a luminaire that is due is tried again, or goes a step on, also if its groups are not.

    Args:
        due: ids of the groups, which this transaction has locked.
        heard: luminaires as this transaction has just stored them, by id: they are not read again.
    """
    advance_overrides(transaction, due, calendars, now)
    _plan_next(transaction, due, calendars, now)
    luminaires = _concerned(transaction, due, now, heard)
    surveyed = safety.survey(transaction)
    verdicts = decide_luminaires(transaction, due, calendars, surveyed, now)
    changed = Luminaires(transaction).counted_since(now - MINUTE)
    settled = settle(luminaires, verdicts, surveyed, changed, now, watch, paces)
    _note(transaction, luminaires, settled.after, now, watch)
    tell_cuts(transaction, settled.after, now)
    return settled


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


def _plan_next(transaction: Transaction, due: set[str], calendars: Calendars, now: datetime) -> None:
    living = Overrides(transaction).living(due)
    for group in Groups(transaction).get(due).values():
        Groups(transaction).mark_due({group.id}, next_decision(group, calendars, living, now))
