"""Removes what was kept of people for long enough."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import case, delete, or_, select, update

from services.notifier.storage.tables import (
    ACKNOWLEDGEMENT,
    CHORE,
    FOLDER,
    INCIDENT,
    LEDGER,
    NOTIFICATION,
    OPT_OUT,
    OUTBOX_MESSAGE,
    REPLY,
    SILENCE,
    SPENDING,
)
from shared.model.incidents import IncidentStatus, NotificationState
from shared.runtime.database import Transaction
from shared.runtime.message_tables import AUDIT, PARKED
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
_LASTING: Final = select(INCIDENT.c.id).where(INCIDENT.c.status == IncidentStatus.OPEN.value)


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
        """Where settled notices of before that moment went, what they said, and what replies were answered; that there
        were some stays known."""
        # Who was told of what lasts still is to hear of its end, at the same address.
        over = or_(NOTIFICATION.c.incident.is_(None), NOTIFICATION.c.incident.not_in(_LASTING))
        old = (
            NOTIFICATION.c.changed_at < before,
            NOTIFICATION.c.state.in_(_SETTLED),
            NOTIFICATION.c.address != "",
            over,
        )
        self._connection.execute(update(NOTIFICATION).where(*old).values(address="", subject="", body=""))
        self._connection.execute(delete(OUTBOX_MESSAGE).where(OUTBOX_MESSAGE.c.at < before))
        # What was answered may name whoever took care.
        self._connection.execute(update(REPLY).where(REPLY.c.at < before, REPLY.c.answer != "").values(answer=""))

    def people(self, before: datetime) -> None:
        """Who was told before that moment, who took care, answered, cost something or changed something, and their
        words; that somebody did stays known."""
        self._told(before)
        self._took_care(before)
        answered, told = REPLY.c.at < before, OPT_OUT.c.withdrawn_at < before
        self._connection.execute(delete(REPLY).where(answered))
        self._connection.execute(delete(OPT_OUT).where(told))
        paid = (SPENDING.c.at < before, SPENDING.c.person != "")
        self._connection.execute(update(SPENDING).where(*paid).values(person=""))
        sent = (FOLDER.c.due_at.is_(None), FOLDER.c.sends_at < before, FOLDER.c.person != "")
        self._connection.execute(update(FOLDER).where(*sent).values(person=""))
        self._changed(before)

    def _told(self, before: datetime) -> None:
        """Reasons name people too: whom a notice went on to, who withdrew what, who silenced and why."""
        named = (LEDGER.c.at < before, or_(LEDGER.c.person != "", LEDGER.c.by != ""))
        # Of nobody in particular it stays so.
        somebody = case((LEDGER.c.person.is_(None), None), else_="")
        self._connection.execute(update(LEDGER).where(*named).values(person=somebody, by=""))
        told = (
            NOTIFICATION.c.changed_at < before,
            NOTIFICATION.c.state.in_(_SETTLED),
            NOTIFICATION.c.address == "",
            NOTIFICATION.c.person != "",
        )
        self._connection.execute(update(NOTIFICATION).where(*told).values(person="", recipient=""))

    def _took_care(self, before: datetime) -> None:
        """Who takes care of what lasts is known as long as it lasts."""
        withdrawn = ACKNOWLEDGEMENT.c.withdrawn_at
        taken = (
            ACKNOWLEDGEMENT.c.at < before,
            or_(withdrawn < before, withdrawn.is_(None) & ACKNOWLEDGEMENT.c.incident.not_in(_LASTING)),
            ACKNOWLEDGEMENT.c.shown != "",
        )
        by = case((ACKNOWLEDGEMENT.c.withdrawn_by.is_(None), None), else_="")
        nobody = {"person": "", "shown": "", "comment": "", "withdrawn_by": by}
        self._connection.execute(update(ACKNOWLEDGEMENT).where(*taken).values(nobody))

    def _changed(self, before: datetime) -> None:
        """Silences that were over by then, who changed what and why, and messages that could not be dealt with."""
        over = or_(SILENCE.c.ended_at < before, SILENCE.c.ends_at < before)
        self._connection.execute(delete(SILENCE).where(over))
        noted = (AUDIT.c.at < before, AUDIT.c.actor != "")
        self._connection.execute(update(AUDIT).where(*noted).values(actor="", detail=""))
        self._connection.execute(delete(PARKED).where(PARKED.c.parked < before.timestamp()))
