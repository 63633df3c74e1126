"""Keeps simulated luminaires, so that they still burn as they did when the process starts again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from services.lighting_controller.domain.simulated_lamp import SimulatedLamp
from services.lighting_controller.storage.tables import SIMULATED_LAMP
from shared.runtime.database import Database
from shared.runtime.statements import portions, upsert


class StoredLamps:
    """A memory of simulated lamps in the service's database; transactions of its own, for lamps stand outside."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self, ids: Sequence[str]) -> dict[str, SimulatedLamp]:
        """Those of these ids that are known."""
        lamps: dict[str, SimulatedLamp] = {}
        with self._database.transaction() as transaction:
            for some in portions(ids):
                query = select(SIMULATED_LAMP).where(SIMULATED_LAMP.c.id.in_(some))
                lamps.update((row.id, _lamp(row)) for row in transaction.connection.execute(query))
        return lamps

    def save(self, lamps: Sequence[SimulatedLamp]) -> None:
        """Store them as they are now."""
        with self._database.transaction() as transaction:
            upsert(transaction.connection, SIMULATED_LAMP, [_row(lamp) for lamp in lamps], ["id"])


def _row(lamp: SimulatedLamp) -> dict[str, object]:
    return {
        "id": lamp.id,
        "since": lamp.since,
        "before": lamp.before,
        "origin": lamp.origin,
        "level": lamp.level,
        "ramp_s": lamp.ramp.total_seconds(),
        "sequence": lamp.sequence,
    }


def _lamp(row: Any) -> SimulatedLamp:
    ramp = timedelta(seconds=row.ramp_s)
    return SimulatedLamp(row.id, row.since, row.before, row.origin, row.level, ramp, row.sequence)
