"""Forgets what was kept of people, once a day: addresses and texts first, then who was told."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

from services.notifier.domain.people.retention import Retention
from services.notifier.storage.alerts import Alerts
from services.notifier.storage.forgetting import Forgetting
from shared.civil_time import next_at
from shared.runtime.database import Database

_AT: Final = time(3, 30)
"""By the clocks of Paris, when little else is done."""

_CHORE: Final = "forget"


def forget_daily(database: Database, retention: Retention, now: datetime) -> bool:
    """Forget what is old, unless that was done today; whether it was done now."""
    with database.transaction() as transaction:
        forgetting = Forgetting(transaction)
        due = forgetting.due(_CHORE)
        if due is not None and due > now:
            return False
        forgetting.addresses(now - timedelta(days=retention.addresses))
        forgetting.people(now - timedelta(days=retention.ledger))
        Alerts(transaction).forget(now - timedelta(days=retention.ledger))
        forgetting.done(_CHORE, next_at(_AT, now))
    return True
