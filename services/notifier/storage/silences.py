"""Reads and writes silences."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, func, select

from services.notifier.domain.muting.silence import Silence
from services.notifier.storage.tables import SILENCE
from shared.errors import NotFound
from shared.runtime.database import Transaction
from shared.runtime.statements import upsert


class Silences:
    """The silences, as one transaction sees them."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def put(self, silence: Silence) -> None:
        """Store it, or what became of it."""
        row = {
            "id": silence.id,
            "ends_at": silence.ends_at,
            "ended_at": silence.ended_at,
            "reminder_at": silence.reminder_at,
            "body": msgspec.json.encode(silence),
        }
        upsert(self._connection, SILENCE, [row], ["id"])

    def get(self, silence: str) -> Silence:
        """The one of an id.

        Raises:
            NotFound: there is none.
        """
        found = self.find(silence)
        if found is None:
            raise NotFound("silence", silence)
        return found

    def find(self, silence: str) -> Silence | None:
        """The one of an id, if there is one."""
        return next(iter(self._read(SILENCE.c.id == silence)), None)

    def not_over(self, now: datetime) -> list[Silence]:
        """Those that are in force or to come, in order of id."""
        return self._read(SILENCE.c.ended_at.is_(None), SILENCE.c.ends_at > now)

    def over(self, now: datetime, limit: int) -> list[Silence]:
        """Those that are over, the last to end first."""
        found = self._read((SILENCE.c.ended_at.is_not(None)) | (SILENCE.c.ends_at <= now))
        ordered = sorted(found, key=lambda silence: silence.ended_at or silence.ends_at, reverse=True)
        return ordered[:limit]

    def to_remind(self, now: datetime) -> list[Silence]:
        """Those whose owners are to be reminded that they end."""
        return self._read(SILENCE.c.reminder_at <= now)

    def next_due(self) -> datetime | None:
        """When the next owner is to be reminded."""
        moment: datetime | None = self._connection.scalar(select(func.min(SILENCE.c.reminder_at)))
        return moment

    def _read(self, *which: ColumnElement[bool]) -> list[Silence]:
        bodies = self._connection.scalars(select(SILENCE.c.body).where(*which).order_by(SILENCE.c.id))
        return [msgspec.json.decode(body, type=Silence) for body in bodies]
