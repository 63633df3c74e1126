"""Reads and writes what is held back, the bundles of alerts, and what flaps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, tuple_, union_all, update

from services.notifier.domain.incidents.bundle import Bundle, Flapping
from services.notifier.domain.incidents.held import Held, Key
from services.notifier.domain.ledger.ledger import Verdict
from services.notifier.storage.rows import row_of, values_of
from services.notifier.storage.tables import BUNDLE, FLAPPING, HELD, INCIDENT
from shared.model.alerts import AlertChanged
from shared.model.incidents import IncidentStatus
from shared.model.message import decode, encode
from shared.runtime.database import Transaction
from shared.runtime.statements import portions, upsert


class HeldAlerts:
    """What is held back, as one transaction sees it."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def of(self, alerts: Iterable[str]) -> list[Held]:
        """What is held of these alerts."""
        return [item for some in portions(sorted(set(alerts))) for item in self._read(HELD.c.alert.in_(some))]

    def due(self, now: datetime, most: int) -> list[Held]:
        """What is to be asked again of so many incidents, in order of time: all of those that wait longest."""
        first = select(HELD.c.incident).where(HELD.c.due_at <= now).group_by(HELD.c.incident)
        longest = first.order_by(func.min(HELD.c.due_at), HELD.c.incident).limit(most)
        return self._read(HELD.c.due_at <= now, HELD.c.incident.in_(longest))

    def by(self, source: str) -> list[Held]:
        """What a silence, an alert or a bundle holds."""
        return self._read(HELD.c.source == source)

    def put(self, held: Sequence[Held]) -> None:
        """Store it, or why it is held now."""
        upsert(self._connection, HELD, [_row(item) for item in held], ["incident", "alert"])

    def drop(self, keys: Sequence[Key]) -> None:
        """It is held back no more."""
        for some in portions(keys):
            self._connection.execute(delete(HELD).where(tuple_(HELD.c.incident, HELD.c.alert).in_(some)))

    def wake(self, sources: Iterable[str], now: datetime) -> None:
        """These hold nothing any more, or not for sure: what they held is asked again."""
        for some in portions(sorted(set(sources))):
            self._connection.execute(update(HELD).where(HELD.c.source.in_(some)).values(due_at=now))

    def wake_inhibited(self, now: datetime) -> None:
        """What other alerts held is asked again: by what is an inhibition today."""
        inhibited = HELD.c.verdict == Verdict.INHIBITED.value
        self._connection.execute(update(HELD).where(inhibited).values(due_at=now))

    def next_due(self) -> datetime | None:
        """When something is to be asked again, or has been calm for long enough."""
        both = union_all(select(func.min(HELD.c.due_at)), select(func.min(FLAPPING.c.due_at)))
        return min((moment for moment in self._connection.scalars(both) if moment is not None), default=None)

    def _read(self, *which: ColumnElement[bool]) -> list[Held]:
        rows = self._connection.execute(select(HELD).where(*which).order_by(HELD.c.since, HELD.c.alert)).mappings()
        return [_value(dict(row)) for row in rows]


class Bundles:
    """Incidents that alerts share, and alerts that flap, as one transaction sees them."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def open(self, keys: Iterable[str]) -> dict[str, Bundle]:
        """Those of these keys whose incident is open, by key."""
        is_open = INCIDENT.c.status == IncidentStatus.OPEN.value
        query = select(BUNDLE).join(INCIDENT, INCIDENT.c.id == BUNDLE.c.incident).where(is_open)
        found: dict[str, Bundle] = {}
        for some in portions(sorted(set(keys))):
            rows = self._connection.execute(query.where(BUNDLE.c.key.in_(some))).mappings()
            found |= {bundle.key: bundle for bundle in values_of(Bundle, rows)}
        return found

    def of_incidents(self, incidents: Iterable[str]) -> dict[str, Bundle]:
        """Those with these incidents, by incident."""
        query = select(BUNDLE).where(BUNDLE.c.incident.in_(sorted(set(incidents))))
        return {bundle.incident: bundle for bundle in values_of(Bundle, self._connection.execute(query).mappings())}

    def put(self, bundles: Iterable[Bundle]) -> None:
        """Store them, or what became of them."""
        upsert(self._connection, BUNDLE, [row_of(bundle) for bundle in bundles], ["key"])

    def flapping(self, keys: Iterable[str]) -> dict[str, Flapping]:
        """What flaps of these rules at points."""
        found: dict[str, Flapping] = {}
        for some in portions(sorted(set(keys))):
            rows = self._connection.execute(select(FLAPPING).where(FLAPPING.c.key.in_(some))).mappings()
            found |= {item.key: item for item in values_of(Flapping, rows)}
        return found

    def flaps(self, incidents: Iterable[str]) -> frozenset[str]:
        """Which of these incidents are of an alert that flaps."""
        query = select(FLAPPING.c.incident).where(FLAPPING.c.incident.in_(sorted(set(incidents))))
        return frozenset(self._connection.scalars(query))

    def calm(self, now: datetime, most: int) -> list[Flapping]:
        """What flapped and has been calm for long enough."""
        due = select(FLAPPING).where(FLAPPING.c.due_at <= now)
        rows = self._connection.execute(due.order_by(FLAPPING.c.due_at, FLAPPING.c.key).limit(most))
        return values_of(Flapping, rows.mappings())

    def put_flapping(self, flapping: Iterable[Flapping]) -> None:
        """Store it."""
        upsert(self._connection, FLAPPING, [row_of(item) for item in flapping], ["key"])

    def end_flapping(self, key: str) -> None:
        """It flaps no more."""
        self._connection.execute(delete(FLAPPING).where(FLAPPING.c.key == key))


def _row(held: Held) -> dict[str, Any]:
    names = ("incident", "alert", "by", "source", "since", "due_at", "told_severity")
    row = {name: getattr(held, name) for name in names}
    return row | {"verdict": held.verdict.value, "body": encode(held.said)}


def _value(row: dict[str, Any]) -> Held:
    said = decode(row.pop("body"), AlertChanged)
    return Held(
        **{str(name): value for name, value in row.items()} | {"verdict": Verdict(row["verdict"]), "said": said}
    )
