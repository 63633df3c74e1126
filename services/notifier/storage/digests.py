"""Reads and writes the digests that are to be sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import insert, select, update

from services.notifier.domain.composing.digesting import Digest, DigestReason
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
        """Those of these that were sent, or found to say nothing. The others are not decided before we are done."""
        query = select(DIGEST.c.incident, DIGEST.c.due_at).where(DIGEST.c.incident.in_(sorted(incidents)))
        rows = self._connection.execute(query.order_by(DIGEST.c.incident).with_for_update())
        return frozenset(incident for incident, due_at in rows if due_at is None)

    def due(self, now: datetime) -> list[Digest]:
        """Those to be sent, in order of time; nobody else decides them, nor adds to them, before we are done."""
        query = select(DIGEST).where(DIGEST.c.due_at <= now).order_by(DIGEST.c.incident).with_for_update()
        found = values_of(Digest, self._connection.execute(query).mappings())
        return sorted(found, key=lambda digest: (digest.sends_at, digest.incident))

    def close(self, digest: Digest, reason: DigestReason) -> None:
        """It was decided."""
        done = update(DIGEST).where(DIGEST.c.incident == digest.incident)
        self._connection.execute(done.values(due_at=None, reason=reason.value))
