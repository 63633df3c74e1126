"""Which programme each luminaire was given last, and when it is to be given the next."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select, update

from services.lighting_controller.storage.tables import PROGRAMME
from shared.runtime.database import Transaction
from shared.runtime.statements import portions, upsert


@dataclass(frozen=True)
class Given:
    """What a luminaire was given, by its digest (empty: nothing yet), and when it is due to be given another, UTC."""

    digest: str
    due_at: datetime


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

    def due(self, now: datetime) -> dict[str, Given]:
        """Those that are due, in order, with what each was given last."""
        due = select(PROGRAMME).where(PROGRAMME.c.due_at <= now).order_by(PROGRAMME.c.luminaire)
        return {row.luminaire: Given(row.digest, row.due_at) for row in self._connection.execute(due)}

    def given(self, due: Mapping[str, Given], given: Mapping[str, Given]) -> None:
        """Note what each was given of those that were due; one that became due anew meanwhile stays so."""
        rows = [
            {"name": name, "was": due[name].due_at, "digest": item.digest, "due_at": item.due_at}
            for name, item in given.items()
        ]
        if rows:
            unchanged = PROGRAMME.c.luminaire == bindparam("name"), PROGRAMME.c.due_at == bindparam("was")
            self._connection.execute(update(PROGRAMME).where(*unchanged), rows)

    def put_off(self, until: datetime, now: datetime) -> None:
        """Those that are due are due then."""
        self._connection.execute(update(PROGRAMME).where(PROGRAMME.c.due_at <= now).values(due_at=until))
