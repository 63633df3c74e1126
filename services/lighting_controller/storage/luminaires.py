"""What is wanted of each luminaire and what it reported."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import Executable, Select, and_, bindparam, delete, func, or_, select, update

from services.lighting_controller.domain.luminaire import Luminaire
from services.lighting_controller.storage.findings import Findings
from services.lighting_controller.storage.luminaire_rows import changes_of, luminaire_of, row_of
from services.lighting_controller.storage.tables import LUMINAIRE, MEMBER
from shared.runtime.database import Transaction
from shared.runtime.statements import portions, upsert

_WHOSE: Final = "whose"


class Luminaires:
    """The luminaires, as one transaction sees them."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection
        self._findings = Findings(transaction)

    def keep(self, ids: Collection[str]) -> None:
        """These are all luminaires from now on; what is known of those that stay stays."""
        known = set(self.ids())
        gone, new = sorted(known - set(ids)), sorted(set(ids) - known)
        for some in portions(gone):
            self._connection.execute(delete(LUMINAIRE).where(LUMINAIRE.c.id.in_(some)))
            self._findings.forget(some)
        upsert(self._connection, LUMINAIRE, [row_of(Luminaire(id=luminaire)) for luminaire in new], ["id"])

    def ids(self) -> list[str]:
        """All, in order."""
        return list(self._connection.scalars(select(LUMINAIRE.c.id).order_by(LUMINAIRE.c.id)))

    def get(self, ids: Sequence[str]) -> list[Luminaire]:
        """Those of these ids that are known, in order; nobody else changes them until this transaction ends."""
        some = portions(sorted(ids))
        return [luminaire for portion in some for luminaire in self._read(LUMINAIRE.c.id.in_(portion), lock=True)]

    def lock(self, ids: Sequence[str]) -> None:
        """Let nobody else change these until this transaction ends; whoever locks twice locks all the first time."""
        for some in portions(ids):
            locking = select(LUMINAIRE.c.id).where(LUMINAIRE.c.id.in_(some)).order_by(LUMINAIRE.c.id)
            self._connection.execute(locking.with_for_update())

    def all(self) -> dict[str, Luminaire]:
        """All, by id, in order."""
        return {luminaire.id: luminaire for luminaire in self._read(None)}

    def some(self, ids: Collection[str]) -> dict[str, Luminaire]:
        """Those of these ids that are known, by id, to look at."""
        some = portions(sorted(ids))
        return {found.id: found for portion in some for found in self._read(LUMINAIRE.c.id.in_(portion))}

    def heard(self, ids: Sequence[str]) -> dict[str, datetime | None]:
        """When each of these last spoke; nobody is kept from changing them."""
        some = portions(sorted(ids))
        queries = (select(LUMINAIRE.c.id, LUMINAIRE.c.reported_at).where(LUMINAIRE.c.id.in_(ids)) for ids in some)
        return {row.id: row.reported_at for query in queries for row in self._connection.execute(query)}

    def concerned(self, groups: Collection[str], now: datetime) -> list[str]:
        """Ids of those of these groups, and of those that are due, in order."""
        members = select(MEMBER.c.luminaire).where(MEMBER.c.group.in_(groups))
        condition = or_(LUMINAIRE.c.id.in_(members), LUMINAIRE.c.due_at <= now)
        return list(self._connection.scalars(select(LUMINAIRE.c.id).where(condition).order_by(LUMINAIRE.c.id)))

    def unanswering(self, tries: int, after: datetime) -> list[Luminaire]:
        """Those that were told something so often at least and are left alone until after a moment, in order.

        Those that somebody else is changing are passed over: whoever asks holds others, and they might wait for them.
        """
        return self._read(and_(LUMINAIRE.c.sent_tries >= tries, LUMINAIRE.c.check_at > after), lock=True, wait=False)

    def counted_since(self, since: datetime) -> dict[str, datetime]:
        """When each changed that did after a moment, in a way that counts in the share of its zone."""
        changed = select(LUMINAIRE.c.id, LUMINAIRE.c.counted_at).where(LUMINAIRE.c.counted_at > since)
        return {row.id: row.counted_at for row in self._connection.execute(changed)}

    def obeying(self, override: str) -> list[Luminaire]:
        """Those of which an override decides, in order."""
        return self._read(LUMINAIRE.c.target_by == override)

    def save(self, changed: Sequence[tuple[Luminaire, Luminaire]]) -> None:
        """Write what differs of each from what it was, which comes first; not what is found of them.

        Of a change of all luminaires most differ in the same few of their forty columns.
        """
        alike = defaultdict[tuple[str, ...], list[dict[str, object]]](list)
        for before, after in changed:
            if columns := changes_of(before, after):
                alike[tuple(columns)].append({_WHOSE: after.id, **columns})
        for names, rows in alike.items():
            self._connection.execute(_writing(names), rows)

    def ahead(self, now: datetime) -> list[Luminaire]:
        """Those of which something was noted at a moment that is still to come: the clock was set back."""
        noted = (LUMINAIRE.c.told_at, LUMINAIRE.c.changed_at, LUMINAIRE.c.reported_at)
        return self._read(or_(*(moment > now for moment in noted)), lock=True)

    def totals(self) -> tuple[int, int]:
        """How many there are, and how often their light changed."""
        query = select(func.count(), func.coalesce(func.sum(LUMINAIRE.c.changes), 0)).select_from(LUMINAIRE)
        number, changes = self._connection.execute(query).one()
        return number, changes

    def _read(self, condition: Any, *, lock: bool = False, wait: bool = True) -> list[Luminaire]:
        query: Select[Any] = select(LUMINAIRE).order_by(LUMINAIRE.c.id)
        ids: Select[Any] | None = None if condition is None else select(LUMINAIRE.c.id).where(condition)
        # Reports come to any replica, while the one with the lease decides.
        query = query.with_for_update(skip_locked=not wait) if lock else query
        rows: Iterable[Any] = self._connection.execute(query if condition is None else query.where(condition)).all()
        findings = self._findings.open(ids) if rows else {}
        return [luminaire_of(row, findings.get(row.id, ())) for row in rows]


@cache
def _writing(columns: tuple[str, ...]) -> Executable:
    return (
        update(LUMINAIRE).where(LUMINAIRE.c.id == bindparam(_WHOSE)).values({name: bindparam(name) for name in columns})
    )
