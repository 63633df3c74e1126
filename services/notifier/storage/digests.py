"""Reads and writes the digests that are to be sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import insert, select, update

from services.notifier.domain.digesting import Digest, DigestReason
from services.notifier.storage.rows import row_of, values_of
from services.notifier.storage.tables import DIGEST
from shared.runtime.database import Transaction


class Digests:
    """The digests, as one transaction sees them."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def add(self, digests: Sequence[Digest]) -> None:
        """Store digests that are not there yet."""
        if digests:
            self._connection.execute(insert(DIGEST), [row_of(digest) for digest in digests])

    def decided(self, incidents: Iterable[str]) -> frozenset[str]:
        """Those of these that were sent, or found to say nothing."""
        wanted = sorted(incidents)
        which = (DIGEST.c.incident.in_(wanted), DIGEST.c.due_at.is_(None))
        return frozenset(self._connection.scalars(select(DIGEST.c.incident).where(*which)))

    def due(self, now: datetime) -> list[Digest]:
        """Those to be sent, in order of time."""
        query = select(DIGEST).where(DIGEST.c.due_at <= now).order_by(DIGEST.c.due_at, DIGEST.c.incident)
        return values_of(Digest, self._connection.execute(query).mappings())

    def close(self, digest: Digest, reason: DigestReason) -> None:
        """It was decided."""
        done = update(DIGEST).where(DIGEST.c.incident == digest.incident)
        self._connection.execute(done.values(due_at=None, reason=reason.value))
