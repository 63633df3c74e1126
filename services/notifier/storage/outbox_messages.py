"""Keeps what the outbox channel shows instead of sending."""

from __future__ import annotations

from sqlalchemy import select

from services.notifier.domain.channel import Parcel
from services.notifier.storage.tables import OUTBOX_MESSAGE
from shared.runtime.database import Database
from shared.runtime.statements import upsert


class OutboxMessages:
    """The table as a shelf: each act is a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, parcel: Parcel) -> None:
        """Keep it; one that is there already is left as it is. No address: nobody needs it here."""
        row = {
            "notification": parcel.notification,
            "medium": parcel.medium.value,
            "recipient": parcel.recipient,
            "subject": parcel.subject,
            "body": parcel.body,
            "at": parcel.at,
        }
        if not self.has(parcel.notification):
            with self._database.transaction() as transaction:
                upsert(transaction.connection, OUTBOX_MESSAGE, [row], ["notification"])

    def has(self, notification: str) -> bool:
        """Whether it is there."""
        query = select(OUTBOX_MESSAGE.c.notification).where(OUTBOX_MESSAGE.c.notification == notification)
        with self._database.transaction() as transaction:
            return transaction.connection.scalar(query) is not None
