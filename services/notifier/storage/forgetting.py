"""Removes what was kept of people for long enough."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import delete, or_, select, update

from services.notifier.storage.tables import CHORE, INCIDENT, LEDGER, NOTIFICATION, OUTBOX_MESSAGE, SILENCE
from shared.model.incidents import IncidentStatus, NotificationState
from shared.runtime.database import Transaction
from shared.runtime.statements import upsert

_SETTLED: Final = [
    state.value
    for state in (
        NotificationState.SENT,
        NotificationState.FAILED,
        NotificationState.UNCERTAIN,
        NotificationState.FOLDED,
    )
]


class Forgetting:
    """What is old, as one transaction sees it."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def due(self, chore: str) -> datetime | None:
        """When a chore is to be done next; None: it never was."""
        moment: datetime | None = self._connection.scalar(select(CHORE.c.due_at).where(CHORE.c.name == chore))
        return moment

    def done(self, chore: str, next_at: datetime) -> None:
        """A chore was done."""
        upsert(self._connection, CHORE, [{"name": chore, "due_at": next_at}], ["name"])

    def addresses(self, before: datetime) -> None:
        """Where settled notices of before that moment went, and what they said; that they were sent stays known."""
        # Who was told of what lasts still is to hear of its end, at the same address.
        lasts = select(INCIDENT.c.id).where(INCIDENT.c.status == IncidentStatus.OPEN.value)
        over = or_(NOTIFICATION.c.incident.is_(None), NOTIFICATION.c.incident.not_in(lasts))
        old = (
            NOTIFICATION.c.changed_at < before,
            NOTIFICATION.c.state.in_(_SETTLED),
            NOTIFICATION.c.address != "",
            over,
        )
        self._connection.execute(update(NOTIFICATION).where(*old).values(address="", subject="", body=""))
        self._connection.execute(delete(OUTBOX_MESSAGE).where(OUTBOX_MESSAGE.c.at < before))

    def people(self, before: datetime) -> None:
        """Who was told before that moment, and whose silences were over by then; that somebody was stays known."""
        named = (LEDGER.c.at < before, LEDGER.c.person != "")
        self._connection.execute(update(LEDGER).where(*named).values(person=""))
        told = (
            NOTIFICATION.c.changed_at < before,
            NOTIFICATION.c.state.in_(_SETTLED),
            NOTIFICATION.c.address == "",
            NOTIFICATION.c.person != "",
        )
        self._connection.execute(update(NOTIFICATION).where(*told).values(person="", recipient=""))
        over = or_(SILENCE.c.ended_at < before, SILENCE.c.ends_at < before)
        self._connection.execute(delete(SILENCE).where(over))
