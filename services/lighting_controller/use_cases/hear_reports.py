"""Note what luminaires report of themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.lighting_controller.domain.driver import Report
from services.lighting_controller.domain.reconciling import hear
from services.lighting_controller.storage.luminaires import Luminaires
from services.lighting_controller.use_cases.save_luminaires import save_luminaires
from shared.runtime.database import Transaction


def hear_reports(transaction: Transaction, reports: Sequence[Report], now: datetime) -> None:
    """Take the reports; reports of luminaires that are not in the registry are passed over."""
    heard = {report.luminaire: report for report in reports}
    known = Luminaires(transaction).get(sorted(heard))
    save_luminaires(transaction, {luminaire: hear(luminaire, heard[luminaire.id]) for luminaire in known}, now)
