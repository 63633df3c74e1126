"""Reads and writes what people answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, insert, select

from services.notifier.domain.escalation.reply import Reply
from services.notifier.storage.rows import row_of, values_of
from services.notifier.storage.tables import REPLY
from shared.runtime.database import Transaction


class Replies:
    """The replies, as one transaction sees them."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def find(self, reference: str) -> Reply | None:
        """The one that has this id already."""
        query = select(REPLY).where(REPLY.c.reference == reference)
        return next(iter(values_of(Reply, self._connection.execute(query).mappings())), None)

    def add(self, reply: Reply) -> None:
        """Store one that is not there yet."""
        self._connection.execute(insert(REPLY), [row_of(reply)])

    def answered_since(self, person: str, since: datetime) -> int:
        """How many answers a person got since then."""
        which = (REPLY.c.person == person, REPLY.c.at > since, REPLY.c.answer != "")
        return self._connection.scalar(select(func.count()).select_from(REPLY).where(*which)) or 0
