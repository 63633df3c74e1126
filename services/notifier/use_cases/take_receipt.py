"""Keeps what a carrier says became of a message."""

from __future__ import annotations

from services.notifier.domain.receipt import Receipt
from services.notifier.storage.receipts import Receipts
from shared.runtime.database import Database


def take_receipt(database: Database, receipt: Receipt) -> None:
    """Keep it; the same once more, or one that comes late, changes nothing."""
    with database.transaction() as transaction:
        Receipts(transaction).take(receipt)
