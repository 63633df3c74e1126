"""Let the safety envelope say what each luminaire is commanded: the strongest wish first, then who waits longest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from services.lighting_controller.domain.arbitrating import Wish, rank
from services.lighting_controller.domain.envelope import confine, keep
from services.lighting_controller.domain.limits import Survey
from services.lighting_controller.domain.luminaire import Luminaire
from services.lighting_controller.domain.reconciling import aim
from services.lighting_controller.domain.sharing import MINUTE, Shares
from services.lighting_controller.storage.luminaires import Luminaires
from services.lighting_controller.use_cases.decide_luminaires import Verdict
from shared.runtime.database import Transaction


def confine_luminaires(
    transaction: Transaction,
    luminaires: Sequence[Luminaire],
    verdicts: Mapping[str, Verdict],
    surveyed: Survey,
    now: datetime,
) -> tuple[list[Luminaire], set[str]]:
    """The luminaires, in their order, with what is wanted and what is commanded; ids of those whose change counts.

    One without a verdict keeps what was wanted of it, and may be a step further.
    """
    shares = Shares(surveyed, Luminaires(transaction).counted_since(now - MINUTE), now)
    wishes = {luminaire.id: _wish(luminaire, verdicts.get(luminaire.id)) for luminaire in luminaires}
    aimed: dict[str, Luminaire] = {}
    counting: set[str] = set()
    for luminaire in sorted(luminaires, key=lambda item: _turn(item, wishes[item.id], now)):
        wanted, after = wishes[luminaire.id], _judged(luminaire, verdicts.get(luminaire.id))
        if wanted is not None:
            allowed = confine(after, wanted, surveyed.class_of(luminaire.id), shares, now)
            after = aim(keep(after, wanted, allowed, now), allowed.wish, now)
            counting |= {luminaire.id} if allowed.counts else set()
        aimed[luminaire.id] = after
    return [aimed[luminaire.id] for luminaire in luminaires], counting


def _wish(luminaire: Luminaire, verdict: Verdict | None) -> Wish | None:
    return luminaire.wanted if verdict is None else verdict.decision.winner


def _judged(luminaire: Luminaire, verdict: Verdict | None) -> Luminaire:
    return luminaire if verdict is None else replace(luminaire, lost=verdict.decision.lost, floor=verdict.floor)


def _turn(luminaire: Luminaire, wanted: Wish | None, now: datetime) -> tuple[int, datetime, str]:
    return 0 if wanted is None else rank(wanted.source), luminaire.confined.since or now, luminaire.id
