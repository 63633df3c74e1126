"""Keeps what a carrier says became of a message, and does what follows from it."""

from __future__ import annotations

from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.delivering.receipt import Receipt
from services.notifier.storage.incidents import Incidents
from services.notifier.storage.notifications import Notifications
from services.notifier.storage.receipts import Receipts
from services.notifier.use_cases.follow_receipt import follow_receipt
from shared.runtime.database import Database


def take_receipt(database: Database, receipt: Receipt, composer: Composer | None = None) -> None:
    """Keep it; the same once more, or one that comes late, changes nothing.

    One that comes before we know the message's reference is followed when we do.

    Args:
        composer: for what goes another way; None: nobody else is told.
    """
    with database.transaction() as transaction:
        Receipts(transaction).hold(receipt.reference)
        found = Notifications(transaction).with_reference(receipt.reference)
        # Their incidents first, as everywhere: who composes holds those, and sees this receipt afterwards.
        Incidents(transaction).with_ids({item.incident for item in found if item.incident is not None})
        known = Receipts(transaction).of([receipt.reference]).get(receipt.reference)
        if known is not None and known.progress >= receipt.progress:
            return
        Receipts(transaction).take(receipt)
        for notification in found:
            follow_receipt(transaction, composer, notification, receipt, receipt.at)
