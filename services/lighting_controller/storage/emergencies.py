"""Emergencies, also those that are over: the same demand that comes again must be known."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from services.lighting_controller.domain.orders.emergency import Emergency, Scope
from services.lighting_controller.storage.tables import EMERGENCY
from shared.errors import NotFound
from shared.runtime.database import Transaction
from shared.runtime.statements import upsert


class Emergencies:
    """The emergencies, as one transaction sees them."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def find(self, identifier: str) -> Emergency | None:
        """One, if it is known."""
        return next(iter(self._read(EMERGENCY.c.id == identifier)), None)

    def get(self, identifier: str) -> Emergency:
        """One.

        Raises:
            NotFound: there is no such emergency.
        """
        found = self.find(identifier)
        if found is None:
            raise NotFound("emergency", identifier)
        return found

    def living(self, now: datetime) -> list[Emergency]:
        """Those that are not over, in order."""
        return self._read(EMERGENCY.c.lease_until > now, EMERGENCY.c.ended_at.is_(None))

    def forget_ended(self, moment: datetime) -> None:
        """Let go of those that were over before a moment; the audit keeps who called them."""
        self._connection.execute(delete(EMERGENCY).where(EMERGENCY.c.lease_until < moment))

    def save(self, emergency: Emergency) -> None:
        """Store it as it is now."""
        upsert(self._connection, EMERGENCY, [_row(emergency)], ["id"])

    def _read(self, *conditions: Any) -> list[Emergency]:
        query = select(EMERGENCY).where(*conditions).order_by(EMERGENCY.c.starts_at, EMERGENCY.c.id)
        return [_emergency(row) for row in self._connection.execute(query)]


def _row(emergency: Emergency) -> dict[str, object]:
    scope = emergency.scope
    return {
        "id": emergency.id,
        "by": emergency.by,
        "reason": emergency.reason,
        "level": emergency.level,
        "day": emergency.day,
        "ramp_s": emergency.ramp.total_seconds(),
        "area": scope.area,
        "geometry": None if scope.geometry is None else json.dumps(scope.geometry),
        "whole_groups": json.dumps(scope.groups),
        "starts_at": emergency.starts_at,
        "asked_at": emergency.asked_at,
        "lease_until": emergency.lease_until,
        "ended_at": emergency.ended_at,
        "demand": emergency.demand,
    }


def _emergency(row: Any) -> Emergency:
    geometry = None if row.geometry is None else json.loads(row.geometry)
    return Emergency(
        id=row.id,
        by=row.by,
        reason=row.reason,
        level=row.level,
        day=row.day,
        ramp=timedelta(seconds=row.ramp_s),
        scope=Scope(area=row.area, geometry=geometry, groups=tuple(json.loads(row.whole_groups))),
        starts_at=row.starts_at,
        asked_at=row.asked_at,
        lease_until=row.lease_until,
        ended_at=row.ended_at,
        demand=row.demand,
    )
