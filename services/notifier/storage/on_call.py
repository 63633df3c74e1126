"""Reads and writes what was seen of the schedules: who was on duty, gaps that were told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import delete, insert, select, update

from services.notifier.domain.on_call.watching import ToldGap, Watch
from services.notifier.storage.rows import row_of, values_of
from services.notifier.storage.tables import ON_CALL_DUTY, ON_CALL_GAP
from shared.runtime.database import Transaction
from shared.runtime.statements import upsert

_AT_ONCE: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Watches:
    """The schedules that are looked at, as one transaction sees them."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def begin(self, schedules: Iterable[str]) -> None:
        """Look at these at once, and at no others; what was seen before is kept."""
        wanted = sorted(schedules)
        rows = [{"schedule": name, "due_at": _AT_ONCE} for name in wanted]
        self._connection.execute(delete(ON_CALL_DUTY).where(ON_CALL_DUTY.c.schedule.not_in(wanted)))
        upsert(self._connection, ON_CALL_DUTY, rows, ["schedule"])

    def add_missing(self, schedules: Iterable[str]) -> None:
        """Look at those of these at once that are not looked at yet."""
        known = set(self._connection.scalars(select(ON_CALL_DUTY.c.schedule)))
        rows = [{"schedule": name, "due_at": _AT_ONCE} for name in sorted(set(schedules) - known)]
        upsert(self._connection, ON_CALL_DUTY, rows, ["schedule"])

    def hurry(self, schedule: str) -> None:
        """Look at it at once, if it is looked at: its calendar changed."""
        self._connection.execute(
            update(ON_CALL_DUTY).where(ON_CALL_DUTY.c.schedule == schedule).values(due_at=_AT_ONCE)
        )

    def due(self, now: datetime) -> list[Watch]:
        """Those to look at, locked."""
        query = select(ON_CALL_DUTY).where(ON_CALL_DUTY.c.due_at <= now).order_by(ON_CALL_DUTY.c.schedule)
        return values_of(Watch, self._connection.execute(query.with_for_update()).mappings())

    def change(self, watch: Watch) -> None:
        """Store what was seen."""
        row = row_of(watch)
        self._connection.execute(update(ON_CALL_DUTY).where(ON_CALL_DUTY.c.schedule == watch.schedule).values(row))


class ToldGaps:
    """The gaps that owners were told of, as one transaction sees them."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def going_on(self, schedule: str, now: datetime) -> list[ToldGap]:
        """Those of a schedule that are not over."""
        over = ON_CALL_GAP.c.ends_at
        query = select(ON_CALL_GAP).where(ON_CALL_GAP.c.schedule == schedule, over.is_(None) | (over > now))
        return values_of(ToldGap, self._connection.execute(query).mappings())

    def add(self, gaps: Sequence[ToldGap]) -> None:
        """Store some that are not there yet."""
        if gaps:
            self._connection.execute(insert(ON_CALL_GAP), [row_of(gap) for gap in gaps])
