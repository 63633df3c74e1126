"""Keeps simulated luminaires, so that they still burn as they did when the process starts again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import select

from services.lighting_controller.domain.commanding.kept_programme import KeptProgramme, KeptStep
from services.lighting_controller.domain.commanding.simulated_lamp import SimulatedLamp
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
        "programme": lamp.programme and _written(lamp.programme.steps, lamp.programme.until),
    }


def _lamp(row: Any) -> SimulatedLamp:
    ramp = timedelta(seconds=row.ramp_s)
    programme = None if row.programme is None else replace(_read(row.programme), luminaire=row.id)
    return SimulatedLamp(row.id, row.since, row.before, row.origin, row.level, ramp, row.sequence, programme)


class _Kept(msgspec.Struct):
    steps: tuple[KeptStep, ...]
    until: datetime | None


# The lamps of a group keep the same, and come by the thousand.
@lru_cache(maxsize=256)
def _written(steps: tuple[KeptStep, ...], until: datetime | None) -> str:
    return msgspec.json.encode(_Kept(steps, until)).decode()


@lru_cache(maxsize=256)
def _read(text: str) -> KeptProgramme:
    kept = msgspec.json.decode(text, type=_Kept)
    return KeptProgramme("", kept.steps, kept.until)
