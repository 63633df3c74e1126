"""The database of a service: transactions with an outbox, an inbox and an audit, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import (
    Connection,
    Engine,
    Executable,
    bindparam,
    create_engine,
    delete,
    event,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import StaticPool

from shared import bus
from shared.actor import Actor
from shared.model.message import Message, encode
from shared.runtime.message_tables import AUDIT, INBOX, OUTBOX, PARKED
from shared.runtime.statements import portions, upsert

M = TypeVar("M")
Fence = Callable[[Connection], None]
"""Raises if what a transaction wrote must not be committed."""

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
_NOTE: Final = text(
    "INSERT INTO inbox (event_id, handled) SELECT unnest(CAST(:ids AS text[])), :handled"
    " ON CONFLICT DO NOTHING RETURNING event_id"
)
_HANDLED: Final = select(INBOX.c.event_id).where(INBOX.c.event_id.in_(bindparam("ids", expanding=True)))


@dataclass(frozen=True)
class Received(Generic[M]):
    """A message as it came: ``id`` is the same however often it is delivered."""

    id: str
    message: M


@dataclass(frozen=True)
class OutboxRow:
    """A message that is to be sent; ``created`` is when it was committed, seconds since 1970 by the machine's clock."""

    id: int
    event_id: str
    event: str
    routing_key: str
    body: bytes
    created: float


class Transaction:
    """One transaction: what is written through it, what it publishes and what it has received hold together."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._outgoing: list[dict[str, Any]] = []

    def publish(self, what: bus.Event, message: Message, *, routing_key: str | None = None) -> None:
        """Send a message once this transaction is committed, and only then."""
        self._outgoing.append(
            {
                "event_id": str(uuid.uuid4()),
                "event": what.name,
                "routing_key": what.name if routing_key is None else routing_key,
                "body": encode(message),
                "created": time.time(),
            }
        )

    def first_seen(self, received: Sequence[Received[M]]) -> list[Received[M]]:
        """Those that were not handled before, in order; they count as handled when this transaction is committed."""
        fresh = self._noted({item.id for item in received})
        return list({item.id: item for item in received if item.id in fresh}.values())

    def _noted(self, ids: set[str]) -> set[str]:
        """Those that were not handled before; now they are. Another replica that handles the same is waited for."""
        if self.connection.dialect.name != "sqlite":
            return set(self.connection.scalars(_NOTE, {"ids": sorted(ids), "handled": time.time()}))
        fresh = ids - set(self.connection.scalars(_HANDLED, {"ids": sorted(ids)}))
        if fresh:
            rows = [{"event_id": identifier, "handled": time.time()} for identifier in sorted(fresh)]
            self.connection.execute(insert(INBOX), rows)
        return fresh

    def audit(self, actor: Actor, act: str, subject: str, at: datetime, detail: str = "") -> None:
        """Note who changed what."""
        row = {"at": at, "actor": actor.id, "act": act, "subject": subject, "detail": detail}
        self.connection.execute(insert(AUDIT), row)

    def flush_outbox(self) -> bool:
        """Write what was published to the outbox; whether there was anything."""
        if self._outgoing:
            self.connection.execute(insert(OUTBOX), self._outgoing)
        return bool(self._outgoing)


class Database:
    """Hands out transactions. On SQLite one at a time: a writer that waits would hold up the whole process."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        event.listen(engine, "before_cursor_execute", _note_writing)
        self._turn = threading.Lock() if engine.dialect.name == "sqlite" else None
        self._listeners: list[Callable[[bool], None]] = []
        self._fence: Fence | None = None

    def fenced(self, fence: Fence) -> Database:
        """The same database, whose transactions are committed only if the fence lets them."""
        guarded = copy(self)
        vars(guarded)["_fence"] = fence
        return guarded

    def on_commit(self, listener: Callable[[bool], None]) -> None:
        """Call it after every transaction that wrote something, with whether the outbox has something new."""
        self._listeners.append(listener)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A transaction: committed at the end, rolled back on any error."""
        with self._connection() as connection:
            connection.info["wrote"] = False
            transaction = Transaction(connection)
            yield transaction
            published = transaction.flush_outbox()
            wrote = connection.info["wrote"]
            if wrote and self._fence is not None:
                self._fence(connection)
        if wrote:
            for listener in self._listeners:
                listener(published)

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        if self._turn is None:
            with self.engine.begin() as connection:
                yield connection
            return
        with self._turn, self.engine.begin() as connection:
            yield connection

    def ping(self) -> None:
        """Return if the database answers; SQLAlchemy's error otherwise."""
        with self._connection() as connection:
            connection.execute(select(1))

    def unsent(self, limit: int) -> list[OutboxRow]:
        """Messages of the outbox that were not sent, oldest first."""
        with self._connection() as connection:
            return [OutboxRow(*row) for row in connection.execute(_UNSENT, {"most": limit})]

    def mark_sent(self, rows: Sequence[OutboxRow]) -> None:
        """The broker has these."""
        with self._connection() as connection:
            _mark_sent(connection, rows)

    @contextmanager
    def sending(self, limit: int) -> Iterator[list[OutboxRow]]:
        """The oldest messages that were not sent; they count as sent when the block ends without an error.

        On PostgreSQL one replica sends at a time, so that what was committed first is sent first. On SQLite there is
        only one, and the messages' way must not hold up who writes.
        """
        if self.engine.dialect.name == "sqlite":
            rows = self.unsent(limit)
            yield rows
            self.mark_sent(rows)
            return
        with self._connection() as connection:
            connection.execute(_SEND_ALONE)
            rows = [OutboxRow(*row) for row in connection.execute(_UNSENT, {"most": limit})]
            yield rows
            _mark_sent(connection, rows)

    def oldest_unsent(self) -> float | None:
        """Seconds since the oldest unsent message was written; None if all are sent."""
        query = select(OUTBOX.c.created).where(OUTBOX.c.sent.is_(None)).order_by(OUTBOX.c.id).limit(1)
        with self._connection() as connection:
            created: float | None = connection.scalar(query)
        return None if created is None else time.time() - created

    def sent_ids(self, event_name: str) -> set[str]:
        """Ids of the messages of an event that were sent and are still in the outbox."""
        query = select(OUTBOX.c.event_id).where(OUTBOX.c.event == event_name, OUTBOX.c.sent.is_not(None))
        with self._connection() as connection:
            return set(connection.scalars(query))

    def outbox_ids(self) -> set[str]:
        """Ids of all messages that are still in the outbox, sent or not."""
        with self._connection() as connection:
            return set(connection.scalars(select(OUTBOX.c.event_id)))

    def handled_ids(self) -> set[str]:
        """Ids of the messages that this service has handled or parked."""
        with self._connection() as connection:
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
        with self._connection() as connection:
            for some in portions(sorted(ids)):
                connection.execute(statement(some))

    def forget_before(self, moment: float) -> None:
        """Drop what was sent, and the memory of what was handled, before then (seconds since 1970)."""
        with self._connection() as connection:
            connection.execute(delete(OUTBOX).where(OUTBOX.c.sent < moment))
            connection.execute(delete(INBOX).where(INBOX.c.handled < moment))

    def park(self, event_id: str, queue: str, body: bytes, reason: str) -> None:
        """Keep a message that no handler can take, with the reason, so that it holds up nobody."""
        row = {"event_id": event_id, "queue": queue, "body": body, "reason": reason, "parked": time.time()}
        with self._connection() as connection:
            upsert(connection, PARKED, [row], ["event_id"])

    def parked(self) -> list[tuple[str, str]]:
        """Queue and reason of the parked messages, oldest first."""
        query = select(PARKED.c.queue, PARKED.c.reason).order_by(PARKED.c.parked)
        with self._connection() as connection:
            return [(row.queue, row.reason) for row in connection.execute(query)]


def _mark_sent(connection: Connection, rows: Sequence[OutboxRow]) -> None:
    if rows:
        connection.execute(_MARK_SENT, {"rows": [row.id for row in rows], "moment": time.time()})


def _note_writing(
    connection: Connection, _cursor: Any, statement: str, _values: Any, _context: Any, _many: bool
) -> None:
    # Statements that a driver was given as text count too: whatever is no question may have written.
    if statement.lstrip()[:6].upper() != "SELECT":
        connection.info["wrote"] = True


_IDLE_IN_TRANSACTION: Final = "25P03"
_SESSION: Final = {
    "timezone": "UTC",
    # A process that is frozen in a transaction holds locks that others need.
    "idle_in_transaction_session_timeout": "10s",
    "lock_timeout": "20s",
    "statement_timeout": "60s",
}


def open_sqlite(file: Path) -> Database:
    """A database in one file, which is made if it is not there."""
    file.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        f"sqlite:///{file}",
        # Parameters hold what people are told and where: they have no business in an error's text.
        hide_parameters=True,
        poolclass=StaticPool,
        connect_args={"check_same_thread": False, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # FULL: what was answered with 2xx survives a power cut, not only a crash.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return Database(engine)


def _thrown_out(context: ExceptionContext) -> None:
    """A session that slept in a transaction was ended by the server: for us the database was away."""
    if getattr(context.original_exception, "sqlstate", None) == _IDLE_IN_TRANSACTION:
        context.is_disconnect = True
        raise OperationalError(context.statement, None, context.original_exception, hide_parameters=True)


WORKERS: Final = 10
"""How many workers a service has at most: each may hold a connection."""

_BESIDE_WORKERS: Final = 4
"""Who sends the outbox, who renews leases, who parks a message, and a probe."""


def open_postgresql(url: str, schema: str, pool_size: int = WORKERS + _BESIDE_WORKERS) -> Database:
    """A schema of PostgreSQL; ``pool_size``: nameko's workers, and those who send, renew and answer probes."""
    driver_url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(
        driver_url,
        pool_size=pool_size,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={
            "options": " ".join(f"-c{name}={value}" for name, value in {"search_path": schema, **_SESSION}.items()),
            "connect_timeout": 5,
            # A server that is gone without a word is given up after this many milliseconds.
            "tcp_user_timeout": 10_000,
            "application_name": f"vigie {schema}",
        },
    )
    event.listen(engine, "handle_error", _thrown_out)
    return Database(engine)
