"""Leases: each part of a service's work is done by one replica at a time, and by another within seconds if it dies.

A lease is a row with a holder, an expiry and an epoch, which grows whenever the lease changes hands. The database's
clock counts, so replicas need not agree on the time. A transaction that writes under leases asks for them again at its
end (``Fence``): a holder that was frozen, and woke after another took over, writes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any, Final, Protocol

from sqlalchemy import Connection, bindparam, delete, func, or_, select, text, tuple_, update
from sqlalchemy.dialects import postgresql

from shared.errors import LeaseLost
from shared.runtime.database import Database
from shared.runtime.lease_tables import LEASE, REPLICA

TERM: Final = timedelta(seconds=8)
"""How long a lease lasts without renewal: the longest gap in decisions after a death is this and a renewal. Longer than
the broker needs to give up a consumer (``link.HEARTBEAT_S``)."""

RENEW_EVERY_S: Final = 1.0

Held = Mapping[int, int]
"""Parts that are held, each with its epoch."""

# The moment of the statement: now() stands still in a transaction that waited for a lock.
_NOW: Final = func.clock_timestamp()
_RENEW: Final = (
    update(LEASE)
    .where(LEASE.c.holder == bindparam("me"))
    .values(expires_at=_NOW + TERM)
    .returning(LEASE.c.part, LEASE.c.epoch)
)
_IS_FREE: Final = or_(LEASE.c.holder.is_(None), LEASE.c.expires_at < _NOW)
# Skipped while a transaction of the holder that is about to be committed holds the row: the next look will do.
_FREE: Final = select(LEASE.c.part).where(_IS_FREE).order_by(LEASE.c.part).with_for_update(skip_locked=True)
_RUN_OUT: Final = select(LEASE.c.holder).where(LEASE.c.holder.is_not(None), LEASE.c.expires_at < _NOW).distinct()
_END_SESSIONS: Final = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = current_user"
    " AND pid <> pg_backend_pid() AND application_name LIKE 'vigie % ' || :process"
)
_STILL_MINE: Final = (
    select(LEASE.c.part)
    .where(
        LEASE.c.holder == bindparam("me"),
        LEASE.c.expires_at > _NOW,
        tuple_(LEASE.c.part, LEASE.c.epoch).in_(bindparam("held", expanding=True)),
    )
    .with_for_update(read=True)
)


class Leases(Protocol):
    """Which parts of the work this replica does."""

    def held(self) -> Held:
        """The parts that this replica holds, as far as it knows."""
        ...

    def fence(self, database: Database, parts: Collection[int] | None = None) -> Database:
        """The database, whose transactions fail with ``LeaseLost`` unless these parts are held to their end.

        Args:
            parts: None: all that are held now.

        Raises:
            LeaseLost: one of them is not held even now.
        """
        ...


class AllHeld:
    """The leases of a service that runs in one process only."""

    def __init__(self, parts: int) -> None:
        self._held = dict.fromkeys(range(parts), 0)

    def held(self) -> Held:
        return self._held

    def fence(self, database: Database, parts: Collection[int] | None = None) -> Database:
        return database


class SharedLeases:
    """The leases of one replica among several, in the service's own schema.

    Args:
        me: id of this replica, used by no other before or after; behind its last colon that of its process.
        parts: how many leases the service has.
        monotonic: seconds that only grow, also while the process is frozen.
    """

    def __init__(
        self, database: Database, me: str, parts: int, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._me = me
        self._parts = parts
        self._monotonic = monotonic
        self._held: dict[int, int] = {}
        self._surplus: set[int] = set()
        self._believed_until = 0.0

    def held(self) -> Held:
        if self._monotonic() > self._believed_until:
            return {}
        return {part: epoch for part, epoch in self._held.items() if part not in self._surplus}

    def fence(self, database: Database, parts: Collection[int] | None = None) -> Database:
        held = self.held()
        if parts is not None:
            if missing := set(parts) - held.keys():
                raise LeaseLost(f"not held: {sorted(missing)}")
            held = {part: held[part] for part in parts}
        return database.fenced(lambda connection: self._require(connection, held))

    def _require(self, connection: Connection, held: Held) -> None:
        if not held:
            raise LeaseLost("no lease is held")
        pairs = sorted(held.items())
        mine = connection.scalars(_STILL_MINE, {"me": self._me, "held": pairs}).all()
        if len(mine) != len(held):
            # What is held is looked at anew before anything else is done under it.
            self._believed_until = 0.0
            raise LeaseLost(f"held by another replica: {sorted(set(held) - set(mine))}")

    def make_rows(self) -> None:
        """Make the leases that are not there yet."""
        statement = postgresql.insert(LEASE).on_conflict_do_nothing()
        with self._database.engine.begin() as connection:
            connection.execute(statement, [{"part": part, "epoch": 0} for part in range(self._parts)])

    def renew(self) -> None:
        """Renew what is held, take what is free up to a fair share, and mark what is above it as surplus."""
        began = self._monotonic()
        with self._database.engine.begin() as connection:
            share = self._fair_share(connection)
            held = _epochs(connection.execute(_RENEW, {"me": self._me}))
            if len(held) < share:
                held |= self._take(connection, share - len(held))
        self._surplus = set(sorted(held)[share:])
        self._held = held
        self._believed_until = began + TERM.total_seconds()

    def _fair_share(self, connection: Connection) -> int:
        row = {"id": self._me, "seen_at": _NOW}
        statement = postgresql.insert(REPLICA).values(row)
        connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"seen_at": _NOW}))
        connection.execute(delete(REPLICA).where(REPLICA.c.seen_at < _NOW - 10 * TERM))
        living = connection.scalar(select(func.count()).where(REPLICA.c.seen_at > _NOW - TERM)) or 1
        return -(-self._parts // living)

    def _take(self, connection: Connection, most: int) -> dict[int, int]:
        for holder in connection.scalars(_RUN_OUT).all():
            _end_sessions(connection, holder)
        free = connection.scalars(_FREE.limit(most)).all()
        taken = (
            update(LEASE)
            .where(LEASE.c.part.in_(free))
            .values(holder=self._me, expires_at=_NOW + TERM, epoch=LEASE.c.epoch + 1)
            .returning(LEASE.c.part, LEASE.c.epoch)
        )
        return _epochs(connection.execute(taken)) if free else {}

    @property
    def surplus(self) -> frozenset[int]:
        """Parts above the fair share: no more work is begun under them, and they are to be released."""
        return frozenset(self._surplus)

    def release(self, parts: frozenset[int]) -> None:
        """Let others take these parts at once."""
        if not parts:
            return
        mine = (LEASE.c.holder == self._me, LEASE.c.part.in_(parts))
        with self._database.engine.begin() as connection:
            connection.execute(update(LEASE).where(*mine).values(holder=None, expires_at=None))
        self._held = {part: epoch for part, epoch in self._held.items() if part not in parts}
        self._surplus -= parts

    def leave(self) -> None:
        """Release everything: this replica ends."""
        self.release(frozenset(self._held))
        self._believed_until = 0.0
        with self._database.engine.begin() as connection:
            connection.execute(delete(REPLICA).where(REPLICA.c.id == self._me))


def _end_sessions(connection: Connection, holder: str) -> None:
    """End what a holder left open whose leases ran out, or whoever follows could wait for its locks for ever.

    The server does so itself with a session that sleeps between two statements, but one that was frozen in the midst
    of several statements sent together counts as active, and no time-out ends it.
    """
    connection.execute(_END_SESSIONS, {"process": holder.rpartition(":")[2]})


def _epochs(rows: Iterable[Any]) -> dict[int, int]:
    return {row.part: row.epoch for row in rows}
