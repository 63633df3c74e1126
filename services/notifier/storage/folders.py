"""Reads and writes the digests of folded notices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects import postgresql

from services.notifier.domain.delivering.folding import Folded, FoldedNotice, Folder
from services.notifier.storage.rows import row_of, values_of
from services.notifier.storage.tables import FOLDED, FOLDER, INCIDENT, NOTIFICATION
from shared.model.incidents import IncidentStatus
from shared.runtime.database import Transaction

# PostgreSQL's clause compiles for SQLite too.
_FOLD: Final = postgresql.insert(FOLDED).on_conflict_do_nothing(index_elements=["notification"])


class Folders:
    """The folders, as one transaction sees them."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def open(self, person: str, now: datetime) -> Folder | None:
        """The one that still takes what is folded for a person; nobody sends it before we are done."""
        query = select(FOLDER).where(FOLDER.c.person == person, FOLDER.c.due_at > now).with_for_update()
        return next(iter(values_of(Folder, self._connection.execute(query).mappings())), None)

    def add(self, folder: Folder) -> None:
        """Store one that is not there yet."""
        self._connection.execute(insert(FOLDER), row_of(folder))

    def put(self, folded: Sequence[Folded]) -> None:
        """Put notices into their folder."""
        if folded:
            self._connection.execute(_FOLD, [row_of(item) for item in folded])

    def note_announced(self, folder: Folder) -> None:
        """Its person is told that it will come."""
        self._connection.execute(update(FOLDER).where(FOLDER.c.id == folder.id).values(announced=True))

    def due(self, now: datetime) -> list[Folder]:
        """Those to be sent; nobody else decides them, nor adds to them, before we are done."""
        query = select(FOLDER).where(FOLDER.c.due_at <= now).order_by(FOLDER.c.id).with_for_update()
        return values_of(Folder, self._connection.execute(query).mappings())

    def close(self, folder: Folder) -> None:
        """It was sent."""
        self._connection.execute(update(FOLDER).where(FOLDER.c.id == folder.id).values(due_at=None))

    def notices(self, folder: str) -> list[FoldedNotice]:
        """All that is in one, in the order in which it was queued, with the state of each incident now."""
        columns = [getattr(NOTIFICATION.c, name) for name in ("incident", "kind", "medium", "subject", "body")]
        more = (NOTIFICATION.c.queued_at, INCIDENT.c.code, INCIDENT.c.status)
        notices = FOLDED.join(NOTIFICATION, NOTIFICATION.c.id == FOLDED.c.notification)
        joined = notices.outerjoin(INCIDENT, INCIDENT.c.id == NOTIFICATION.c.incident)
        query = select(*columns, *more).select_from(joined).where(FOLDED.c.folder == folder)
        ordered = query.order_by(NOTIFICATION.c.queued_at, NOTIFICATION.c.id)
        return values_of(FoldedNotice, self._connection.execute(ordered).mappings())

    def open_incidents(self, person: str) -> int:
        """How many incidents are open of which the person was, or is to be, told."""
        theirs = select(NOTIFICATION.c.incident).where(NOTIFICATION.c.person == person)
        which = (INCIDENT.c.status == IncidentStatus.OPEN.value, INCIDENT.c.id.in_(theirs))
        return self._connection.scalar(select(func.count()).select_from(INCIDENT).where(*which)) or 0

    def owners(self, incidents: Iterable[str]) -> dict[str, str]:
        """The directorates of incidents."""
        query = select(INCIDENT.c.id, INCIDENT.c.owner).where(INCIDENT.c.id.in_(sorted(incidents)))
        return {row.id: row.owner for row in self._connection.execute(query)}
