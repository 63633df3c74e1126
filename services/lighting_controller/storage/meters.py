"""How far the energy of each luminaire is counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select

from services.lighting_controller.domain.energy.course import Light, Meter
from services.lighting_controller.domain.fault import Fault
from services.lighting_controller.storage.tables import LUMINAIRE, METER
from shared.runtime.database import Transaction
from shared.runtime.statements import portions, upsert


class Meters:
    """The meters, as one transaction sees them."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def behind(self, moment: datetime, most: int) -> list[Meter]:
        """Those counted less far than that, the furthest behind first."""
        query = select(METER).where(METER.c.counted_until < moment)
        query = query.order_by(METER.c.counted_until, METER.c.luminaire).limit(most)
        return [_meter(row) for row in self._connection.execute(query)]

    def get(self, luminaires: Sequence[str]) -> list[Meter]:
        """Those of these luminaires, in order."""
        rows = (row for some in portions(luminaires) for row in self._connection.execute(_of(some)))
        return [_meter(row) for row in rows]

    def missing(self) -> list[str]:
        """The luminaires that have none yet, in order."""
        known = select(METER.c.luminaire)
        return list(self._connection.scalars(select(LUMINAIRE.c.id).where(LUMINAIRE.c.id.not_in(known)).order_by("id")))

    def furthest_behind(self) -> datetime | None:
        """Until when all is counted; None: there is nothing to count."""
        moment: datetime | None = self._connection.scalar(select(func.min(METER.c.counted_until)))
        return moment

    def watts(self) -> float:
        """What all draw together, as far as anybody can say."""
        return self._connection.scalar(select(func.coalesce(func.sum(METER.c.power_w), 0.0))) or 0.0

    def save(self, meters: Sequence[Meter]) -> None:
        """Store them as they are now."""
        upsert(self._connection, METER, [_row(meter) for meter in meters], ["luminaire"])

    def forget_gone(self) -> None:
        """Let go of those whose luminaire is not in the registry any more; what it used stays."""
        self._connection.execute(delete(METER).where(METER.c.luminaire.not_in(select(LUMINAIRE.c.id))))


def _of(luminaires: Sequence[str]) -> Any:
    return select(METER).where(METER.c.luminaire.in_(luminaires)).order_by(METER.c.luminaire)


def _row(meter: Meter) -> dict[str, object]:
    return {
        "luminaire": meter.luminaire,
        "counted_until": meter.counted_until,
        "seen": meter.seen,
        "level": meter.light.level,
        "reported_w": meter.light.power_w,
        "target": meter.target,
        "fault": meter.fault and meter.fault.value,
        "device": meter.device,
        "power_w": meter.power_w,
        "burning_s": meter.burning_s,
        "burning_estimated_s": meter.burning_estimated_s,
        "faults": meter.faults,
    }


def _meter(row: Any) -> Meter:
    return Meter(
        luminaire=row.luminaire,
        counted_until=row.counted_until,
        seen=row.seen,
        light=Light(row.level, row.reported_w),
        target=row.target,
        fault=row.fault and Fault(row.fault),
        device=row.device,
        power_w=row.power_w,
        burning_s=row.burning_s,
        burning_estimated_s=row.burning_estimated_s,
        faults=row.faults,
    )
