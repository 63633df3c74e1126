"""Note what luminaires report of themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from services.lighting_controller.domain.driver import Report
from services.lighting_controller.domain.hearing import hear, is_older
from services.lighting_controller.storage.luminaires import Luminaires
from services.lighting_controller.use_cases.save_luminaires import save_luminaires
from shared.runtime.database import Transaction


class Heard(StrEnum):
    """What became of a report. OLDER: more is known already; UNKNOWN_LUMINAIRE: the registry has no such one."""

    TAKEN = "taken"
    OLDER = "older"
    UNKNOWN_LUMINAIRE = "unknown-luminaire"


def hear_reports(transaction: Transaction, reports: Sequence[Report], now: datetime) -> Counter[Heard]:
    """Take the reports in their order; reports of luminaires that are not in the registry are passed over."""
    known = Luminaires(transaction).get(sorted({report.luminaire for report in reports}))
    after = {luminaire.id: luminaire for luminaire in known}
    outcomes = Counter[Heard]()
    for report in reports:
        luminaire = after.get(report.luminaire)
        if luminaire is None:
            outcomes[Heard.UNKNOWN_LUMINAIRE] += 1
            continue
        outcomes[Heard.OLDER if is_older(luminaire, report) else Heard.TAKEN] += 1
        after[luminaire.id] = hear(luminaire, report)
    save_luminaires(transaction, {luminaire: after[luminaire.id] for luminaire in known}, now)
    return outcomes
