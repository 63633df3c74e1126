"""Reads and writes what attempts cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql

from services.notifier.domain.delivering.spending import Spending
from services.notifier.storage.rows import row_of
from services.notifier.storage.tables import FOLDED, INCIDENT, NOTIFICATION, SPENDING
from shared.runtime.database import Transaction

# PostgreSQL's clause compiles for SQLite too.
_NOTE: Final = postgresql.insert(SPENDING).on_conflict_do_nothing(index_elements=["id"])


@dataclass(frozen=True)
class Sum:
    """Of a directorate, a medium and a channel in a month; ``price`` in millionths of a euro."""

    directorate: str
    medium: str
    channel: str
    attempts: int
    segments: int
    price: int


class Spendings:
    """What was spent, as one transaction sees it."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def note(self, item: Spending) -> None:
        """Keep it; an attempt that is noted already counts once."""
        self._connection.execute(_NOTE, row_of(item))

    def spent(self, directorate: str, month: str) -> int:
        """The sum, millionths of a euro."""
        which = (SPENDING.c.month == month, SPENDING.c.directorate == directorate)
        return int(self._connection.scalar(select(func.sum(SPENDING.c.price)).where(*which)) or 0)

    def moments(self, person: str, medium: str, since: datetime) -> list[datetime]:
        """When the person was told over the medium after a moment."""
        which = (SPENDING.c.person == person, SPENDING.c.medium == medium, SPENDING.c.at > since)
        return list(self._connection.scalars(select(SPENDING.c.at).where(*which)))

    def sums(self, month: str) -> list[Sum]:
        """All of a month, in order of directorate, medium and channel."""
        by = (SPENDING.c.directorate, SPENDING.c.medium, SPENDING.c.channel)
        sums = (func.count(), func.sum(SPENDING.c.segments), func.sum(SPENDING.c.price))
        query = select(*by, *sums).where(SPENDING.c.month == month).group_by(*by).order_by(*by)
        return [Sum(*row[:3], *(int(value) for value in row[3:])) for row in self._connection.execute(query)]

    def folded(self, since: datetime, until: datetime) -> dict[tuple[str, str], int]:
        """How many notices were folded in [since, until), by directorate of the incident and cause."""
        by = (func.coalesce(INCIDENT.c.owner, ""), FOLDED.c.cause)
        notices = FOLDED.join(NOTIFICATION, NOTIFICATION.c.id == FOLDED.c.notification)
        joined = notices.outerjoin(INCIDENT, INCIDENT.c.id == NOTIFICATION.c.incident)
        query = select(*by, func.count()).select_from(joined).where(FOLDED.c.at >= since, FOLDED.c.at < until)
        return {(owner, cause): count for owner, cause, count in self._connection.execute(query.group_by(*by))}
