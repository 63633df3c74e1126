"""What luminaires reported last, for drivers whose reports come by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from services.lighting_controller.domain.commanding.driver import Report
from services.lighting_controller.storage.tables import LUMINAIRE
from shared.runtime.database import Database
from shared.runtime.statements import portions


class HeardReports:
    """The newest report of each luminaire, as the service's database has it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def latest(self, luminaires: Sequence[str]) -> list[Report]:
        """Those of these luminaires that ever reported."""
        with self._database.transaction() as transaction:
            rows = [row for some in portions(luminaires) for row in transaction.connection.execute(_of(some))]
        return [_report(row) for row in rows]


def _report(row: Any) -> Report:
    return Report(row.id, row.feedback, row.actual, row.reported_at, row.obeyed, row.power_w, row.lamp_failure)


def _of(luminaires: Sequence[str]) -> Any:
    heard = LUMINAIRE.c.reported_at.is_not(None)
    return select(LUMINAIRE).where(LUMINAIRE.c.id.in_(luminaires), heard).order_by(LUMINAIRE.c.id)
