"""Wishes for history that are not fulfilled yet: each with how far it was told, and when to go on with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, insert, select, update

from services.telemetry.storage.tables import HISTORY_REQUEST
from shared.model.history import HistoryRequested, SeriesWanted
from shared.model.message import decode, encode
from shared.runtime.database import Transaction
from shared.runtime.message_tables import OUTBOX

_ROW: Final = HISTORY_REQUEST.c
_MOST_UNSENT: Final = 100


@dataclass(frozen=True)
class Progress:
    """How far a wish was told.

    Attributes:
        told: how many of its series were told whole.
        told_until: of the following series, the time of the newest observation that was told; None: none was.
    """

    id: int
    request: HistoryRequested
    told: int
    told_until: datetime | None

    @property
    def wanted(self) -> SeriesWanted | None:
        """The series that is told now; None: all were."""
        return self.request.wanted[self.told] if self.told < len(self.request.wanted) else None

    def went(self, until: datetime) -> Progress:
        """The series was told so far."""
        return replace(self, told_until=until)

    def went_on(self) -> Progress:
        """The series was told whole."""
        return replace(self, told=self.told + 1, told_until=None)


class HistoryRequests:
    """The wishes, as one transaction sees them."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def add(self, request: HistoryRequested, due: datetime) -> None:
        """Keep a wish of which nothing was told."""
        row = {"body": encode(request), "told": 0, "told_until": None, "due": due}
        self._connection.execute(insert(HISTORY_REQUEST), row)

    def next_due(self) -> datetime | None:
        """When a wish is gone on with next; None: there is none."""
        due: datetime | None = self._connection.scalar(select(func.min(_ROW.due)))
        return due

    def last_due(self) -> datetime | None:
        """When the last one in the queue is gone on with."""
        due: datetime | None = self._connection.scalar(select(func.max(_ROW.due)))
        return due

    def take(self, now: datetime) -> Progress | None:
        """The one that is due first, if no other replica is at it; nobody else takes it in this transaction."""
        due = select(HISTORY_REQUEST).where(_ROW.due <= now).order_by(_ROW.due, _ROW.id).limit(1)
        row = self._connection.execute(due.with_for_update(skip_locked=True)).first()
        if row is None:
            return None
        return Progress(row.id, decode(row.body, HistoryRequested), row.told, row.told_until)

    def is_bus_behind(self) -> bool:
        """Whether much waits to be sent: nobody is served by more of it."""
        waiting = select(OUTBOX.c.id).where(OUTBOX.c.sent.is_(None)).limit(_MOST_UNSENT).subquery()
        return self._connection.scalar(select(func.count()).select_from(waiting)) == _MOST_UNSENT

    def keep(self, progress: Progress, due: datetime) -> None:
        """Go on with it then."""
        values = {"told": progress.told, "told_until": progress.told_until, "due": due}
        self._connection.execute(update(HISTORY_REQUEST).where(_ROW.id == progress.id).values(values))

    def drop(self, progress: Progress) -> None:
        """It is fulfilled."""
        self._connection.execute(delete(HISTORY_REQUEST).where(_ROW.id == progress.id))
