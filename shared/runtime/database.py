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
    bindparam,
    create_engine,
    event,
    insert,
    select,
    text,
)
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import StaticPool

from shared import bus
from shared.actor import Actor
from shared.model.message import Message, encode
from shared.runtime.message_tables import AUDIT, INBOX, OUTBOX

M = TypeVar("M")
Fence = Callable[[Connection], None]
"""Raises if what a transaction wrote must not be committed."""

_ALONE: Final = text("SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.' || :what))")
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

    def alone(self, what: str) -> None:
        """Wait until no other transaction that named the same thing is under way; on SQLite none ever is."""
        if self.connection.dialect.name != "sqlite":
            self.connection.execute(_ALONE, {"what": what})

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

    def require_fence(self) -> None:
        """Return if the fence lets a transaction be committed now, its error otherwise: before what nothing undoes."""
        if self._fence is not None:
            with self.connection() as connection:
                self._fence(connection)

    def on_commit(self, listener: Callable[[bool], None]) -> None:
        """Call it after every transaction that wrote something, with whether the outbox has something new."""
        self._listeners.append(listener)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A transaction: committed at the end, rolled back on any error."""
        with self.connection() as connection:
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
    def connection(self) -> Iterator[Connection]:
        """A transaction without outbox, inbox and fence; on SQLite in its turn."""
        if self._turn is None:
            with self.engine.begin() as connection:
                yield connection
            return
        with self._turn, self.engine.begin() as connection:
            yield connection

    def ping(self) -> None:
        """Return if the database answers; SQLAlchemy's error otherwise."""
        with self.connection() as connection:
            connection.execute(select(1))


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


PROCESS: Final = str(uuid.uuid4())
"""Id of this process, used by no other before or after; the server knows its sessions by it."""

WORKERS: Final = 10
"""How many workers a service has at most: each may hold a connection."""

_BESIDE_WORKERS: Final = 4
"""Who sends the outbox, who renews leases, who parks a message, and a probe."""


def session_name(schema: str, process: str) -> str:
    """How the sessions of a process are named on the server; with the longest of our schemas it is not cut off."""
    return f"vigie {schema} {process}"


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
            "application_name": session_name(schema, PROCESS),
        },
    )
    event.listen(engine, "handle_error", _thrown_out)
    return Database(engine)
