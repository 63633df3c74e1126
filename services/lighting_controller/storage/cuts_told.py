"""Which cuts of which override its owner was told: each once, for each level that is asked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select

from services.lighting_controller.domain.road_class import Cut
from services.lighting_controller.storage.tables import CUT_TOLD, OVERRIDE
from shared.runtime.database import Transaction
from shared.runtime.statements import upsert


class CutsTold:
    """What was told, as one transaction sees it."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def of(self, overrides: Collection[str]) -> set[tuple[str, Cut, int]]:
        """Override, what was cut, and the percent that it asked."""
        rows = self._connection.execute(select(CUT_TOLD).where(CUT_TOLD.c.override.in_(sorted(overrides))))
        return {(row.override, Cut(row.cut), row.level) for row in rows}

    def note(self, told: Collection[tuple[str, Cut, int]], at: datetime) -> None:
        """These are told now."""
        rows = [{"override": name, "cut": cut.value, "level": level, "at": at} for name, cut, level in sorted(told)]
        upsert(self._connection, CUT_TOLD, rows, ["override", "cut", "level"])

    def forget_gone(self) -> None:
        """Let go of those whose override is not kept any more."""
        self._connection.execute(delete(CUT_TOLD).where(CUT_TOLD.c.override.not_in(select(OVERRIDE.c.id))))
