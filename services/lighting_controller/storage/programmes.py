"""Which programme each luminaire was given last, and when it is to be given the next."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, func, select, update

from services.lighting_controller.storage.tables import PROGRAMME
from shared.runtime.database import Transaction
from shared.runtime.statements import portions, upsert


class Programmes:
    """What was uploaded, as one transaction sees it."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def keep(self, luminaires: Collection[str], now: datetime) -> None:
        """These are all luminaires from now on, and all are due: their groups or calendars may have changed."""
        known = set(self._connection.scalars(select(PROGRAMME.c.luminaire)))
        for some in portions(sorted(known - set(luminaires))):
            self._connection.execute(delete(PROGRAMME).where(PROGRAMME.c.luminaire.in_(some)))
        if known:
            self._connection.execute(update(PROGRAMME).values(due_at=now))
        new = [{"luminaire": name, "digest": "", "due_at": now} for name in sorted(set(luminaires) - known)]
        upsert(self._connection, PROGRAMME, new, ["luminaire"])

    def next_due(self) -> datetime | None:
        """The earliest due time; None: there are no luminaires."""
        moment: datetime | None = self._connection.scalar(select(func.min(PROGRAMME.c.due_at)))
        return moment

    def due(self, now: datetime) -> dict[str, str]:
        """Those that are due, in order, with the digest of what each was given last; empty: nothing yet."""
        due = select(PROGRAMME).where(PROGRAMME.c.due_at <= now).order_by(PROGRAMME.c.luminaire)
        return {row.luminaire: row.digest for row in self._connection.execute(due)}

    def given(self, digests: Mapping[str, tuple[str, datetime]]) -> None:
        """Note what each was given, by its digest, and when it is due again."""
        rows = [{"luminaire": name, "digest": digest, "due_at": at} for name, (digest, at) in digests.items()]
        upsert(self._connection, PROGRAMME, rows, ["luminaire"])

    def put_off(self, until: datetime, now: datetime) -> None:
        """Those that are due are due then."""
        self._connection.execute(update(PROGRAMME).where(PROGRAMME.c.due_at <= now).values(due_at=until))
