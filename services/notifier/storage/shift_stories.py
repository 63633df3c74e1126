"""Reads what happened in a shift."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select

from services.notifier.domain.incidents.incident import Incident
from services.notifier.domain.on_call.facts import ShiftStory
from services.notifier.storage.rows import values_of
from services.notifier.storage.silences import Silences
from services.notifier.storage.tables import INCIDENT, LEDGER, NOTIFICATION
from shared.model.incidents import IncidentStatus
from shared.runtime.database import Transaction


class ShiftStories:
    """What happened to the incidents of which some teams were told, as one transaction sees it."""

    def __init__(self, transaction: Transaction, teams: Sequence[str]) -> None:
        self._transaction = transaction
        self._connection = transaction.connection
        self._teams = list(teams)

    def story(self, since: datetime, until: datetime) -> ShiftStory:
        """What happened from ``since`` on and before ``until``."""
        counts = self._verdicts(since, until)
        counts["opened"] = self._count(INCIDENT.c.opened_at >= since, INCIDENT.c.opened_at < until)
        counts["resolved"] = self._count(INCIDENT.c.resolved_at >= since, INCIDENT.c.resolved_at < until)
        silences = Silences(self._transaction).not_over(until)
        return ShiftStory(
            open_incidents=tuple(self._open()),
            counts=counts,
            silences=tuple(
                f"{silence.id} : {silence.reason}" for silence in silences if silence.mutes_until(until) is not None
            ),
        )

    def _open(self) -> list[Incident]:
        query = select(INCIDENT).where(INCIDENT.c.status == IncidentStatus.OPEN.value, self._told(INCIDENT.c.id))
        ordered = query.order_by(INCIDENT.c.opened_at, INCIDENT.c.id)
        return values_of(Incident, self._connection.execute(ordered).mappings())

    def _count(self, *which: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(INCIDENT).where(*which, self._told(INCIDENT.c.id))
        return self._connection.scalar(query) or 0

    def _verdicts(self, since: datetime, until: datetime) -> dict[str, int]:
        ours = or_(LEDGER.c.team.in_(self._teams), self._told(LEDGER.c.incident))
        query = select(LEDGER.c.verdict, func.count().label("times")).where(
            LEDGER.c.at >= since, LEDGER.c.at < until, ours
        )
        return {row.verdict: row.times for row in self._connection.execute(query.group_by(LEDGER.c.verdict))}

    def _told(self, incident: ColumnElement[str | None]) -> ColumnElement[bool]:
        return exists().where(NOTIFICATION.c.incident == incident, NOTIFICATION.c.team.in_(self._teams))
