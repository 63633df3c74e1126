"""Reads and writes incidents and their alerts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, case, func, insert, or_, select, update

from services.notifier.domain.codes import code_written
from services.notifier.domain.incidents.incident import Incident, IncidentAlert
from services.notifier.storage.rows import row_of, values_of
from services.notifier.storage.tables import ALERT, INCIDENT, INCIDENT_ALERT, NOTIFICATION
from shared.model.incidents import IncidentStatus
from shared.runtime.database import Transaction
from shared.runtime.statements import portions

_MUTABLE: Final = ("status", "severity", "criticality", "worst", "resolved_at", "firing")
_MUTABLE_PLACE: Final = ("message", "severity", "severity_at", "resolved_at")
_CHANGE: Final = update(INCIDENT).where(INCIDENT.c.id == bindparam("key"))
_CHANGE_PLACE: Final = update(INCIDENT_ALERT).where(
    INCIDENT_ALERT.c.incident == bindparam("key"), INCIDENT_ALERT.c.alert == bindparam("which")
)


class Incidents:
    """The incidents, as one transaction sees them."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def with_ids(self, ids: Iterable[str]) -> list[Incident]:
        """Those of these ids that are there, locked until the transaction ends."""
        wanted = sorted(ids)
        query = select(INCIDENT).where(INCIDENT.c.id.in_(wanted)).order_by(INCIDENT.c.id).with_for_update()
        return values_of(Incident, self._connection.execute(query).mappings()) if wanted else []

    def read(self, ids: Iterable[str]) -> list[Incident]:
        """Those of these ids that are there, to look at."""
        wanted = sorted(ids)
        query = select(INCIDENT).where(INCIDENT.c.id.in_(wanted)).order_by(INCIDENT.c.id)
        return values_of(Incident, self._connection.execute(query).mappings()) if wanted else []

    def places(self, alerts: Iterable[str]) -> list[IncidentAlert]:
        """The places of these alerts in all incidents."""
        return self._places(INCIDENT_ALERT.c.alert.in_(sorted(alerts)))

    def alerts(self, incident: str) -> list[IncidentAlert]:
        """All alerts of an incident."""
        return self._places(INCIDENT_ALERT.c.incident == incident)

    def called(self, name: str) -> Incident | None:
        """The one of this id, or the newest of this code."""
        which = or_(INCIDENT.c.id == name, INCIDENT.c.code == code_written(name))
        query = select(INCIDENT).where(which).order_by(INCIDENT.c.opened_at.desc(), INCIDENT.c.id).limit(1)
        return next(iter(values_of(Incident, self._connection.execute(query).mappings())), None)

    def codes(self, ids: Collection[str]) -> dict[str, str]:
        """How people call those of these ids that are there."""
        found: dict[str, str] = {}
        for portion in portions(sorted(ids)):
            query = select(INCIDENT.c.id, INCIDENT.c.code).where(INCIDENT.c.id.in_(portion))
            found |= {row.id: row.code for row in self._connection.execute(query)}
        return found

    def codes_in_use(self, codes: Collection[str], since: datetime) -> set[str]:
        """Which of these codes mean an incident that is open, or that ended or was told since then."""
        told = select(NOTIFICATION.c.id).where(
            NOTIFICATION.c.incident == INCIDENT.c.id, NOTIFICATION.c.changed_at >= since
        )
        is_open = INCIDENT.c.status == IncidentStatus.OPEN.value
        live = or_(is_open, INCIDENT.c.resolved_at >= since, told.exists())
        found: set[str] = set()
        for portion in portions(sorted(codes)):
            query = select(INCIDENT.c.code).where(INCIDENT.c.code.in_(portion), live)
            found.update(self._connection.scalars(query))
        return found

    def of_alert(self, alert: str) -> Incident | None:
        """The incident in which an alert has a place; of several one in which people are told at once first."""
        mine = select(INCIDENT_ALERT.c.incident).where(INCIDENT_ALERT.c.alert == alert)
        at_once = select(ALERT.c.incident).where(ALERT.c.alert == alert).scalar_subquery()
        query = select(INCIDENT).where(INCIDENT.c.id.in_(mine)).order_by(INCIDENT.c.id != at_once, INCIDENT.c.id)
        return next(iter(values_of(Incident, self._connection.execute(query).mappings())), None)

    def add(self, incidents: Sequence[Incident], places: Sequence[IncidentAlert]) -> None:
        """Store what is not there yet."""
        if incidents:
            self._connection.execute(insert(INCIDENT), [row_of(incident) for incident in incidents])
        if places:
            self._connection.execute(insert(INCIDENT_ALERT), [row_of(place) for place in places])

    def change(self, incidents: Sequence[Incident], places: Sequence[IncidentAlert]) -> None:
        """Store what became of some that are there."""
        if incidents:
            rows = [{"key": item.id, **_mutable(item, _MUTABLE)} for item in incidents]
            self._connection.execute(_CHANGE, rows)
        if places:
            keys = [{"key": item.incident, "which": item.alert, **_mutable(item, _MUTABLE_PLACE)} for item in places]
            self._connection.execute(_CHANGE_PLACE, keys)

    def named(self, name: str) -> str | None:
        """The id of the incident that has this id or this code; of several with one code an open one, the newest."""
        first = case((INCIDENT.c.status == IncidentStatus.OPEN.value, 0), else_=1)
        which = (INCIDENT.c.id == name) | (INCIDENT.c.code == code_written(name))
        query = select(INCIDENT.c.id).where(which).order_by(first, INCIDENT.c.opened_at.desc()).limit(1)
        return self._connection.scalar(query)

    def latest(self, limit: int) -> list[Incident]:
        """Open ones first, the newest first."""
        found = self._newest(IncidentStatus.OPEN, limit)
        return found + self._newest(IncidentStatus.RESOLVED, limit - len(found))

    def with_code(self, code: str) -> Incident | None:
        """The one that people call so: an open one, or else the newest. Codes are short, and come again after years."""
        query = select(INCIDENT).where(INCIDENT.c.code == code)
        open_first = (INCIDENT.c.status != IncidentStatus.OPEN.value, INCIDENT.c.opened_at.desc(), INCIDENT.c.id)
        rows = self._connection.execute(query.order_by(*open_first).limit(1)).mappings()
        return next(iter(values_of(Incident, rows)), None)

    def count_open(self) -> int:
        """How many are open."""
        query = select(func.count()).where(INCIDENT.c.status == IncidentStatus.OPEN.value)
        return self._connection.scalar(query) or 0

    def _newest(self, status: IncidentStatus, limit: int) -> list[Incident]:
        query = select(INCIDENT).where(INCIDENT.c.status == status.value)
        newest = query.order_by(INCIDENT.c.opened_at.desc(), INCIDENT.c.id.desc()).limit(limit)
        return values_of(Incident, self._connection.execute(newest).mappings())

    def _places(self, which: ColumnElement[bool]) -> list[IncidentAlert]:
        rows = self._connection.execute(select(INCIDENT_ALERT).where(which)).mappings()
        return values_of(IncidentAlert, rows)


def _mutable(value: Incident | IncidentAlert, names: Iterable[str]) -> dict[str, Any]:
    row = row_of(value)
    return {name: row[name] for name in names}
