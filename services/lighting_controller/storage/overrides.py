"""Overrides, also those that have ended: a request that comes late must find that it is late."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, func, select

from services.lighting_controller.domain.arbitrating import Source
from services.lighting_controller.domain.orders.override import Order, Override, Standing
from services.lighting_controller.storage.tables import OVERRIDE
from shared.runtime.database import Transaction
from shared.runtime.statements import upsert

_LIVING: Final = [standing.value for standing in Standing if not standing.has_ended]


class Overrides:
    """The overrides, as one transaction sees them."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def get(self, ids: Collection[str]) -> dict[str, Override]:
        """Those of these ids that are known."""
        return {override.id: override for override in self._read(OVERRIDE.c.id.in_(ids))}

    def living(self, groups: Collection[str]) -> list[Override]:
        """Those of these groups that have not ended, in order."""
        return self._read(OVERRIDE.c.group.in_(groups), OVERRIDE.c.standing.in_(_LIVING))

    def all_living(self) -> list[Override]:
        """All that have not ended, in order."""
        return self._read(OVERRIDE.c.standing.in_(_LIVING))

    def of_emergency(self, emergency: str) -> list[Override]:
        """The parts of an emergency, also those that have ended, in order."""
        return self._read(OVERRIDE.c.emergency == emergency)

    def due_groups(self, now: datetime) -> set[str]:
        """The groups of those that are due."""
        return set(self._connection.scalars(select(OVERRIDE.c.group).where(OVERRIDE.c.due_at <= now)))

    def asked_after(self, moment: datetime) -> list[Override]:
        """Those that were asked for or let go after a moment, also if they have ended, in order."""
        return self._read(OVERRIDE.c.asked_at > moment)

    def save(self, overrides: Sequence[Override]) -> None:
        """Store them as they are now."""
        for override in overrides:
            upsert(self._connection, OVERRIDE, [_row(override)], ["id"])

    def forget_ended(self, moment: datetime) -> None:
        """Let go of those that have ended and were asked for until before a moment: no late request is so late."""
        ended = OVERRIDE.c.standing.not_in(_LIVING)
        self._connection.execute(delete(OVERRIDE).where(ended, OVERRIDE.c.lease_until < moment))

    def acting(self) -> int:
        """How many act, whether or not their group is lit."""
        query = select(func.count()).where(OVERRIDE.c.standing == Standing.ACTING.value)
        return self._connection.scalar(query) or 0

    def _read(self, *conditions: Any) -> list[Override]:
        rows = self._connection.execute(select(OVERRIDE).where(*conditions).order_by(OVERRIDE.c.id))
        return [_override(row) for row in rows]


def _row(override: Override) -> dict[str, object]:
    order = override.order
    return {
        "id": override.id,
        "source": order.source.value,
        "by": order.by,
        "alert": order.alert,
        "rule": order.rule,
        "owner": order.owner,
        "group": order.group,
        "level": order.level,
        "reason": order.reason,
        "day": order.day,
        "ramp_s": order.ramp.total_seconds(),
        "at_most_s": None if order.at_most is None else order.at_most.total_seconds(),
        "starts_at": override.starts_at,
        "asked_at": override.asked_at,
        "lease_until": override.lease_until,
        "standing": override.standing.value,
        "used_s": override.used.total_seconds(),
        "counted_until": override.counted_until,
        "used_up_at": override.used_up_at,
        "trace": override.trace,
        "due_at": override.due_at,
        "emergency": order.emergency or None,
        "luminaires": None if order.luminaires is None else json.dumps(order.luminaires),
        "demand": override.demand or None,
    }


def _override(row: Any) -> Override:
    return Override(
        id=row.id,
        order=_order(row),
        starts_at=row.starts_at,
        asked_at=row.asked_at,
        lease_until=row.lease_until,
        standing=Standing(row.standing),
        used=timedelta(seconds=row.used_s),
        counted_until=row.counted_until,
        used_up_at=row.used_up_at,
        trace=row.trace,
        demand=row.demand or "",
    )


def _order(row: Any) -> Order:
    return Order(
        source=Source(row.source),
        by=row.by,
        alert=row.alert,
        rule=row.rule,
        owner=row.owner,
        group=row.group,
        level=row.level,
        reason=row.reason,
        day=row.day,
        ramp=timedelta(seconds=row.ramp_s),
        at_most=None if row.at_most_s is None else timedelta(seconds=row.at_most_s),
        emergency=row.emergency or "",
        luminaires=None if row.luminaires is None else tuple(json.loads(row.luminaires)),
    )
