"""Reads and writes what carriers say became of messages."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from services.notifier.domain.delivering.receipt import Receipt
from services.notifier.storage.rows import row_of, values_of
from services.notifier.storage.tables import RECEIPT
from shared.runtime.database import Transaction
from shared.runtime.statements import upsert


class Receipts:
    """The receipts, as one transaction sees them."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection = transaction.connection

    def hold(self, reference: str) -> None:
        """Wait for whoever keeps a receipt of this message, or notes that it is called so: of two that do this at once,
        and before they hold its incident, the second sees what the first did."""
        self._transaction.alone(f"receipt of {reference}")

    def take(self, receipt: Receipt) -> None:
        """Keep it, unless one that is as far or further is there; also of a message that we don't know yet."""
        upsert(self._connection, RECEIPT, [row_of(receipt)], ["reference"], newer="progress")

    def of(self, references: Iterable[str]) -> dict[str, Receipt]:
        """The furthest of each of these messages that has one."""
        query = select(RECEIPT).where(RECEIPT.c.reference.in_(sorted(references)))
        found = values_of(Receipt, self._connection.execute(query).mappings())
        return {receipt.reference: receipt for receipt in found}
