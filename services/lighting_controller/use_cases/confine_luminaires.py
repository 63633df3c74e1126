"""Let the safety envelope say what each luminaire is commanded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from services.lighting_controller.domain.envelope import want
from services.lighting_controller.domain.limits import Survey
from services.lighting_controller.domain.luminaire import Luminaire
from services.lighting_controller.domain.sharing import MINUTE, Shares
from services.lighting_controller.domain.taking_turns import confine_each
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
    judged = [_judged(luminaire, verdicts.get(luminaire.id)) for luminaire in luminaires]
    aimed, counting = confine_each(judged, surveyed, shares, now)
    return [aimed[luminaire.id] for luminaire in luminaires], counting


def _judged(luminaire: Luminaire, verdict: Verdict | None) -> Luminaire:
    if verdict is None:
        return luminaire
    decision, wanting = verdict.decision, want(luminaire, verdict.decision.winner)
    if (wanting.lost, wanting.floor) == (decision.lost, verdict.floor):
        return wanting
    return replace(wanting, lost=decision.lost, floor=verdict.floor)
