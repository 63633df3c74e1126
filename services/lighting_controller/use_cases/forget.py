"""Forgets what is old, once a day, whatever else of the controller is in use."""

from __future__ import annotations

from datetime import datetime, time
from typing import Final

from services.lighting_controller.domain.retention import AUDIT_KEPT, COURSE_KEPT, FAULTS_KEPT, FIGURES_KEPT
from services.lighting_controller.storage.cuts_told import CutsTold
from services.lighting_controller.storage.emergencies import Emergencies
from services.lighting_controller.storage.energy_nights import EnergyNights
from services.lighting_controller.storage.findings import Findings
from services.lighting_controller.storage.forgetting import Forgetting
from services.lighting_controller.storage.level_changes import LevelChanges
from services.lighting_controller.storage.meters import Meters
from services.lighting_controller.storage.overrides import Overrides
from shared.civil_time import next_at
from shared.runtime.database import Database, Transaction

_AT: Final = time(12)
"""By the clocks of Paris: at noon no light changes, and a night ends."""


def forget_daily(database: Database, now: datetime) -> bool:
    """Forget what is old, unless that was done since the last noon; whether it was done now."""
    with database.transaction() as transaction:
        due = Forgetting(transaction).due()
        if due is not None and due > now:
            return False
        _forget(transaction, now)
        Forgetting(transaction).done(next_at(_AT, now))
    return True


def _forget(transaction: Transaction, now: datetime) -> None:
    LevelChanges(transaction).forget_before(now - COURSE_KEPT)
    # Nights are drawn with the orders of their time.
    Overrides(transaction).forget_ended(now - COURSE_KEPT)
    Emergencies(transaction).forget_ended(now - COURSE_KEPT)
    CutsTold(transaction).forget_gone()
    Findings(transaction).forget_ended(now - FAULTS_KEPT)
    EnergyNights(transaction).forget_before((now - FIGURES_KEPT).date())
    Meters(transaction).forget_gone()
    Forgetting(transaction).gone()
    Forgetting(transaction).parked(now - FAULTS_KEPT)
    Forgetting(transaction).audit(now - AUDIT_KEPT)
