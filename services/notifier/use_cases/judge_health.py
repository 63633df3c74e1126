"""Whether the notifier does its work, as an outside watcher would like to know."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from services.notifier.storage.notifications import Notifications
from shared.runtime.database import Database
from shared.runtime.message_store import MessageStore

LATE: Final = timedelta(minutes=2)
"""What is due is not older than that, unless nobody acts on it."""

UNSENT: Final = timedelta(minutes=2)
"""Nor is what the others are to be told."""

SILENT: Final = timedelta(minutes=10)
"""A round of deliveries has ended in this time, also in a storm."""


class Fault(StrEnum):
    """Why the outside watcher hears nothing. ``no-lease``: another replica works, and tells it."""

    NO_LEASE = "no-lease"
    STUCK = "stuck"
    LATE = "late"
    OUTBOX = "outbox"
    DATABASE = "database"


def faults(database: Database, *, holds_lease: bool, last_round: datetime | None, now: datetime) -> list[Fault]:
    """All that is wrong.

    Args:
        last_round: when all that was due had been acted on last, UTC; None: never yet.
    """
    if not holds_lease:
        return [Fault.NO_LEASE]
    with database.transaction() as transaction:
        due = Notifications(transaction).next_due()
    unsent = MessageStore(database).unsent(1)
    found = {
        Fault.STUCK: last_round is None or now - last_round > SILENT,
        Fault.LATE: due is not None and now - due > LATE,
        Fault.OUTBOX: bool(unsent) and now.timestamp() - unsent[0].created > UNSENT.total_seconds(),
    }
    return [fault for fault, holds in found.items() if holds]
