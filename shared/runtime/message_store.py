"""The messages of a service at rest: those to be sent, those that were sent or handled, and those that were parked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Executable, bindparam, delete, select, text, update

from shared.runtime.database import Database
from shared.runtime.message_tables import INBOX, OUTBOX, PARKED
from shared.runtime.statements import portions, upsert

# Said once: building a statement takes longer than running it.
_UNSENT: Final = (
    select(OUTBOX.c.id, OUTBOX.c.event_id, OUTBOX.c.event, OUTBOX.c.routing_key, OUTBOX.c.body, OUTBOX.c.created)
    .where(OUTBOX.c.sent.is_(None))
    .order_by(OUTBOX.c.id)
    .limit(bindparam("most"))
)
_MARK_SENT: Final = (
    update(OUTBOX).where(OUTBOX.c.id.in_(bindparam("rows", expanding=True))).values(sent=bindparam("moment"))
)
# Waits until no other replica sends; the database lets go of it when the transaction ends, however that happens.
_SEND_ALONE: Final = text("SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.outbox'))")


@dataclass(frozen=True)
class OutboxRow:
    """A message that is to be sent; ``created`` is when it was committed, seconds since 1970 by the machine's clock."""

    id: int
    event_id: str
    event: str
    routing_key: str
    body: bytes
    created: float


class MessageStore:
    """The outbox, the inbox and the parked messages of a service's database. Each act is a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def unsent(self, limit: int) -> list[OutboxRow]:
        """Messages of the outbox that were not sent, oldest first."""
        with self._database.connection() as connection:
            return [OutboxRow(*row) for row in connection.execute(_UNSENT, {"most": limit})]

    def mark_sent(self, rows: Sequence[OutboxRow]) -> None:
        """The broker has these."""
        with self._database.connection() as connection:
            _mark_sent(connection, rows)

    @contextmanager
    def sending(self, limit: int) -> Iterator[list[OutboxRow]]:
        """The oldest messages that were not sent; they count as sent when the block ends without an error.

        On PostgreSQL one replica sends at a time, so that what was committed first is sent first. On SQLite there is
        only one, and the messages' way must not hold up who writes.
        """
        if self._database.engine.dialect.name == "sqlite":
            rows = self.unsent(limit)
            yield rows
            self.mark_sent(rows)
            return
        with self._database.connection() as connection:
            connection.execute(_SEND_ALONE)
            rows = [OutboxRow(*row) for row in connection.execute(_UNSENT, {"most": limit})]
            yield rows
            _mark_sent(connection, rows)

    def sent_ids(self, event_name: str) -> set[str]:
        """Ids of the messages of an event that were sent and are still in the outbox."""
        query = select(OUTBOX.c.event_id).where(OUTBOX.c.event == event_name, OUTBOX.c.sent.is_not(None))
        with self._database.connection() as connection:
            return set(connection.scalars(query))

    def outbox_ids(self) -> set[str]:
        """Ids of all messages that are still in the outbox, sent or not."""
        with self._database.connection() as connection:
            return set(connection.scalars(select(OUTBOX.c.event_id)))

    def handled_ids(self) -> set[str]:
        """Ids of the messages that this service has handled or parked."""
        with self._database.connection() as connection:
            handled = set(connection.scalars(select(INBOX.c.event_id)))
            return handled | set(connection.scalars(select(PARKED.c.event_id)))

    def send_again(self, event_ids: set[str]) -> None:
        """Count these messages as not sent."""
        self._for_each(event_ids, lambda some: update(OUTBOX).where(OUTBOX.c.event_id.in_(some)).values(sent=None))

    def forget_sent(self, event_ids: set[str]) -> None:
        """Drop messages that every consumer has handled."""
        self._for_each(event_ids, lambda some: delete(OUTBOX).where(OUTBOX.c.event_id.in_(some)))

    def forget_handled(self, event_ids: set[str]) -> None:
        """Drop inbox entries of messages that will not come again."""
        self._for_each(event_ids, lambda some: delete(INBOX).where(INBOX.c.event_id.in_(some)))

    def _for_each(self, ids: set[str], statement: Callable[[Sequence[str]], Executable]) -> None:
        with self._database.connection() as connection:
            for some in portions(sorted(ids)):
                connection.execute(statement(some))

    def forget_before(self, moment: float) -> None:
        """Drop what was sent, and the memory of what was handled, before then (seconds since 1970)."""
        with self._database.connection() as connection:
            connection.execute(delete(OUTBOX).where(OUTBOX.c.sent < moment))
            connection.execute(delete(INBOX).where(INBOX.c.handled < moment))

    def park(self, event_id: str, queue: str, body: bytes, reason: str) -> None:
        """Keep a message that no handler can take, with the reason, so that it holds up nobody."""
        row = {"event_id": event_id, "queue": queue, "body": body, "reason": reason, "parked": time.time()}
        with self._database.connection() as connection:
            upsert(connection, PARKED, [row], ["event_id"])

    def parked(self) -> list[tuple[str, str]]:
        """Queue and reason of the parked messages, oldest first."""
        query = select(PARKED.c.queue, PARKED.c.reason).order_by(PARKED.c.parked)
        with self._database.connection() as connection:
            return [(row.queue, row.reason) for row in connection.execute(query)]


def _mark_sent(connection: Connection, rows: Sequence[OutboxRow]) -> None:
    if rows:
        connection.execute(_MARK_SENT, {"rows": [row.id for row in rows], "moment": time.time()})
