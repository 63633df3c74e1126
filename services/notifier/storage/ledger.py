"""Reads and writes the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects import postgresql

from services.notifier.domain.ledger.ledger import Entry
from services.notifier.storage.rows import row_of, values_of
from services.notifier.storage.tables import LEDGER
from shared.runtime.database import Transaction

# PostgreSQL's clause compiles for SQLite too.
_NOTE: Final = postgresql.insert(LEDGER).on_conflict_do_nothing(index_elements=["id"])


class Ledger:
    """The ledger, as one transaction sees it."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def note(self, entries: Iterable[Entry]) -> None:
        """Keep them; a decision that is noted already stays as it is."""
        unique = {entry.id: row_of(entry) for entry in entries}
        if unique:
            self._connection.execute(_NOTE, list(unique.values()))

    def about(self, notification: str) -> list[Entry]:
        """All that was decided about a notification of no incident, in order."""
        query = select(LEDGER).where(LEDGER.c.notification == notification).order_by(LEDGER.c.at, LEDGER.c.id)
        return values_of(Entry, self._connection.execute(query).mappings())

    def of(self, incident: str) -> list[Entry]:
        """All that was decided about an incident, in order."""
        query = select(LEDGER).where(LEDGER.c.incident == incident).order_by(LEDGER.c.at, LEDGER.c.id)
        return values_of(Entry, self._connection.execute(query).mappings())
