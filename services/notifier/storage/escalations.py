"""Reads and writes where incidents stand on their way to more people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select

from services.notifier.domain.escalation.escalation import Escalation
from services.notifier.storage.rows import row_of, values_of
from services.notifier.storage.tables import ESCALATION
from shared.runtime.database import Transaction
from shared.runtime.statements import upsert


class Escalations:
    """The escalations, as one transaction sees them. Who changes one holds its incident first."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def of(self, incidents: Iterable[str]) -> list[Escalation]:
        """Those of these incidents that have one."""
        wanted = sorted(incidents)
        query = select(ESCALATION).where(ESCALATION.c.incident.in_(wanted))
        return values_of(Escalation, self._connection.execute(query).mappings()) if wanted else []

    def first_due(self, now: datetime) -> str | None:
        """The incident that waits longest."""
        order = (ESCALATION.c.due_at, ESCALATION.c.incident)
        query = select(ESCALATION.c.incident).where(ESCALATION.c.due_at <= now).order_by(*order).limit(1)
        return self._connection.scalar(query)

    def put(self, escalations: Sequence[Escalation]) -> None:
        """Store them as they are now."""
        upsert(self._connection, ESCALATION, [row_of(item) for item in escalations], ["incident"])
