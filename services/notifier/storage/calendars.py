"""Reads and writes the calendars that were fetched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select

from services.notifier.storage.rows import row_of, values_of
from services.notifier.storage.tables import ON_CALL_FEED
from shared.runtime.database import Transaction
from shared.runtime.statements import upsert


@dataclass(frozen=True, kw_only=True)
class StoredCalendar:
    """The last good copy of a calendar, and how the last try went.

    Attributes:
        source: digest of where it comes from: the address may be a secret.
        content: None: it never came.
        digest: of the content.
        failures: how often it could not be had since it was last fetched.
        failure: why, the last time.
        due_at: when it is fetched again, UTC.
    """

    schedule: str
    source: str
    due_at: datetime
    content: str | None = field(default=None, repr=False)
    digest: str | None = None
    fetched_at: datetime | None = None
    tried_at: datetime | None = None
    failures: int = 0
    failure: str | None = None


class Calendars:
    """The calendars, as one transaction sees them."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def all(self) -> dict[str, StoredCalendar]:
        """By schedule."""
        found = values_of(StoredCalendar, self._connection.execute(select(ON_CALL_FEED)).mappings())
        return {calendar.schedule: calendar for calendar in found}

    def digests(self) -> dict[str, str]:
        """Of the content of those that came, by schedule."""
        query = select(ON_CALL_FEED.c.schedule, ON_CALL_FEED.c.digest).where(ON_CALL_FEED.c.digest.is_not(None))
        return {row.schedule: row.digest for row in self._connection.execute(query)}

    def content(self, schedule: str) -> str:
        """Of one that came."""
        query = select(ON_CALL_FEED.c.content).where(ON_CALL_FEED.c.schedule == schedule)
        return self._connection.scalar(query) or ""

    def put(self, calendar: StoredCalendar) -> None:
        """Store it, in the place of what is there."""
        upsert(self._connection, ON_CALL_FEED, [row_of(calendar)], ["schedule"])

    def keep(self, schedules: Iterable[str]) -> None:
        """Forget all others."""
        self._connection.execute(delete(ON_CALL_FEED).where(ON_CALL_FEED.c.schedule.not_in(sorted(schedules))))
