"""When the next thing is due that mutes, or was muted."""

from __future__ import annotations

from datetime import datetime

from services.notifier.storage.held import HeldAlerts
from services.notifier.storage.silences import Silences
from shared.runtime.database import Database


def next_muting_due(database: Database) -> datetime | None:
    """When something held back is asked again, flapping may be calm, or an owner is reminded."""
    with database.transaction() as transaction:
        moments = (HeldAlerts(transaction).next_due(), Silences(transaction).next_due())
    return min((moment for moment in moments if moment is not None), default=None)
