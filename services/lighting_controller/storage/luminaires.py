"""What is wanted of each luminaire and what it reported."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, func, or_, select

from services.lighting_controller.domain.arbitrating import Source, Wish
from services.lighting_controller.domain.luminaire import Fault, InFlight, Luminaire
from services.lighting_controller.storage.tables import LUMINAIRE, MEMBER
from shared.runtime.database import Transaction
from shared.runtime.statements import portions, upsert


class Luminaires:
    """The luminaires, as one transaction sees them."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def keep(self, ids: Collection[str]) -> None:
        """These are all luminaires from now on; what is known of those that stay stays."""
        known = set(self.ids())
        gone, new = sorted(known - set(ids)), sorted(set(ids) - known)
        for some in portions(gone):
            self._connection.execute(delete(LUMINAIRE).where(LUMINAIRE.c.id.in_(some)))
        self.save([Luminaire(id=luminaire) for luminaire in new])

    def ids(self) -> list[str]:
        """All, in order."""
        return list(self._connection.scalars(select(LUMINAIRE.c.id).order_by(LUMINAIRE.c.id)))

    def get(self, ids: Sequence[str]) -> list[Luminaire]:
        """Those of these ids that are known, in order; nobody else changes them until this transaction ends."""
        some = portions(sorted(ids))
        return [luminaire for portion in some for luminaire in self._read(LUMINAIRE.c.id.in_(portion), lock=True)]

    def all(self) -> dict[str, Luminaire]:
        """All, by id, in order."""
        return {luminaire.id: luminaire for luminaire in self._read(None)}

    def heard(self, ids: Sequence[str]) -> dict[str, datetime | None]:
        """When each of these last spoke; nobody is kept from changing them."""
        some = portions(sorted(ids))
        queries = (select(LUMINAIRE.c.id, LUMINAIRE.c.reported_at).where(LUMINAIRE.c.id.in_(ids)) for ids in some)
        return {row.id: row.reported_at for query in queries for row in self._connection.execute(query)}

    def concerned(self, groups: Collection[str], now: datetime) -> list[Luminaire]:
        """Those of these groups, and those that are due, in order; nobody else changes them until this ends."""
        members = select(MEMBER.c.luminaire).where(MEMBER.c.group.in_(groups))
        return self._read(or_(LUMINAIRE.c.id.in_(members), LUMINAIRE.c.due_at <= now), lock=True)

    def save(self, luminaires: Sequence[Luminaire]) -> None:
        """Store them as they are now."""
        upsert(self._connection, LUMINAIRE, [_row(luminaire) for luminaire in luminaires], ["id"])

    def totals(self) -> tuple[int, int]:
        """How many there are, and how often their light changed."""
        query = select(func.count(), func.coalesce(func.sum(LUMINAIRE.c.changes), 0)).select_from(LUMINAIRE)
        number, changes = self._connection.execute(query).one()
        return number, changes

    def _read(self, condition: Any, *, lock: bool = False) -> list[Luminaire]:
        query: Select[Any] = select(LUMINAIRE).order_by(LUMINAIRE.c.id)
        # Reports come to any replica, while the one with the lease decides.
        query = query.with_for_update() if lock else query
        rows: Iterable[Any] = self._connection.execute(query if condition is None else query.where(condition))
        return [_luminaire(row) for row in rows]


def _row(luminaire: Luminaire) -> dict[str, object]:
    target, flight = luminaire.target, luminaire.in_flight
    return {
        "id": luminaire.id,
        "target_source": target and target.source.value,
        "target_level": target and target.level,
        "target_by": target and target.by,
        "target_group": target and target.group,
        "target_ramp_s": target and target.ramp.total_seconds(),
        "target_trace": target and target.trace,
        "sent_level": flight and flight.level,
        "sent_tries": flight and flight.tries,
        "sequence": luminaire.sequence,
        "obeyed": luminaire.obeyed,
        "feedback": luminaire.feedback,
        "actual": luminaire.actual,
        "power_w": luminaire.power_w,
        "reported_at": luminaire.reported_at,
        "fault": luminaire.fault and luminaire.fault.value,
        "changes": luminaire.changes,
        "changed_at": luminaire.changed_at,
        "due_at": luminaire.due_at,
    }


def _luminaire(row: Any) -> Luminaire:
    return Luminaire(
        id=row.id,
        target=_target(row),
        in_flight=None if row.sent_level is None else InFlight(row.sent_level, row.sent_tries, row.due_at),
        sequence=row.sequence,
        obeyed=row.obeyed,
        feedback=row.feedback,
        actual=row.actual,
        power_w=row.power_w,
        reported_at=row.reported_at,
        fault=row.fault and Fault(row.fault),
        changes=row.changes,
        changed_at=row.changed_at,
    )


def _target(row: Any) -> Wish | None:
    if row.target_source is None:
        return None
    return Wish(
        source=Source(row.target_source),
        level=row.target_level,
        by=row.target_by,
        group=row.target_group,
        ramp=timedelta(seconds=row.target_ramp_s),
        trace=row.target_trace,
    )
