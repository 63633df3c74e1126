"""Reads and writes observations, quarantine and rejections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import and_, bindparam, delete, func, insert, select, tuple_, update

from services.telemetry.domain.claim import Conflict, Rejection
from services.telemetry.domain.comparing import Key, key_of
from services.telemetry.storage.tables import LATEST, OBSERVATION, QUARANTINE, REJECTION, TALLY
from shared.model.observations import Observation
from shared.runtime.database import Transaction
from shared.runtime.statements import portions, upsert

_KEPT_REJECTIONS: Final = 10_000
_KEPT_PAYLOAD: Final = 2_000
_ADD_TO_TALLY: Final = (
    update(TALLY).where(TALLY.c.name == bindparam("which")).values(number=TALLY.c.number + bindparam("more"))
)
_STORED_VALUES: Final = select(
    OBSERVATION.c.point, OBSERVATION.c.property, OBSERVATION.c.time, OBSERVATION.c.value
).where(tuple_(OBSERVATION.c.point, OBSERVATION.c.property, OBSERVATION.c.time).in_(bindparam("keys", expanding=True)))
_STORED_FIELDS: Final = ("point", "property", "time", "value", "unit", "quality")


class Observations:
    """What is stored, as one transaction sees it."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def stored_values(self, observations: Iterable[Observation]) -> dict[Key, float]:
        """The values that are there for the same points, properties and times."""
        stored: dict[Key, float] = {}
        for some in portions([key_of(observation) for observation in observations]):
            for row in self._connection.execute(_STORED_VALUES, {"keys": some}):
                stored[row.point, row.property, row.time] = row.value
        return stored

    def add(self, observations: Sequence[Observation], received_at: datetime) -> None:
        """Store observations that are not there yet."""
        if not observations:
            return
        rows = [{**_stored(item), "received_at": received_at, "trace": item.trace} for item in observations]
        self._connection.execute(insert(OBSERVATION), rows)
        self._keep_latest(observations)

    def _keep_latest(self, observations: Sequence[Observation]) -> None:
        newest: dict[tuple[str, str], Observation] = {}
        for item in observations:
            series = (item.point, item.property)
            if series not in newest or item.time > newest[series].time:
                newest[series] = item
        for items in portions(list(newest.values())):
            rows = [_stored(item) for item in items]
            upsert(self._connection, LATEST, rows, ["point", "property"], newer="time")

    def quarantine(self, conflicts: Sequence[Conflict], received_at: datetime) -> int:
        """Keep contradictory values aside; how many were not there already."""
        table = QUARANTINE.c
        keys = [(*key_of(item.observation), item.observation.value) for item in conflicts]
        known: set[tuple[Any, ...]] = set()
        for some in portions(keys):
            query = select(table.point, table.property, table.time, table.value).where(
                tuple_(table.point, table.property, table.time, table.value).in_(some)
            )
            known.update(tuple(row) for row in self._connection.execute(query))
        rows: dict[tuple[Any, ...], dict[str, Any]] = {}
        for key, item in zip(keys, conflicts, strict=True):
            if key not in known:
                rows[key] = _quarantined(item, received_at)
        if rows:
            self._connection.execute(insert(QUARANTINE), list(rows.values()))
        return len(rows)

    def reject(self, rejections: Sequence[Rejection], payload: str, received_at: datetime) -> None:
        """Keep refused things to look at: the newest ten thousand."""
        if not rejections:
            return
        rows = [
            {
                "reason": item.reason.value,
                "device": item.device,
                "detail": item.detail,
                "payload": payload[:_KEPT_PAYLOAD],
                "received_at": received_at,
                "trace": item.trace,
            }
            for item in rejections
        ]
        self._connection.execute(insert(REJECTION), rows)
        newest = self._connection.scalar(select(func.max(REJECTION.c.id))) or 0
        self._connection.execute(delete(REJECTION).where(REJECTION.c.id <= newest - _KEPT_REJECTIONS))

    def count(self, counts: Counter[str]) -> None:
        """Add to the tallies; the migrations made a row for each name."""
        rows = [{"which": name, "more": number} for name, number in sorted(counts.items()) if number]
        if rows:
            self._connection.execute(_ADD_TO_TALLY, rows)

    def tallies(self) -> dict[str, int]:
        """All tallies."""
        return {row.name: row.number for row in self._connection.execute(select(TALLY.c.name, TALLY.c.number))}

    def latest(self, points: Sequence[str] | None) -> list[dict[str, Any]]:
        """The newest observation of each series, of some points or of all."""
        query = select(LATEST).order_by(LATEST.c.point, LATEST.c.property)
        if points is not None:
            query = query.where(LATEST.c.point.in_(points))
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def history(self, point: str, name: str, since: datetime, until: datetime, limit: int) -> list[dict[str, Any]]:
        """Observations of a series in [since, until], oldest first; the newest ``limit`` of them."""
        table = OBSERVATION.c
        query = (
            select(table.time, table.value, table.quality)
            .where(and_(table.point == point, table.property == name, table.time >= since, table.time <= until))
            .order_by(table.time.desc())
            .limit(limit)
        )
        return [dict(row) for row in self._connection.execute(query).mappings()][::-1]

    def recent_rejections(self, limit: int) -> list[dict[str, Any]]:
        """The newest refusals, without their payload."""
        table = REJECTION.c
        query = select(table.reason, table.device, table.detail, table.received_at).order_by(table.id.desc())
        return [dict(row) for row in self._connection.execute(query.limit(limit)).mappings()]


def _stored(observation: Observation) -> dict[str, Any]:
    fields = msgspec.structs.asdict(observation)
    return {name: fields[name] for name in _STORED_FIELDS} | {"quality": observation.quality.value}


def _quarantined(conflict: Conflict, received_at: datetime) -> dict[str, Any]:
    row = {**_stored(conflict.observation), "stored_value": conflict.stored_value, "received_at": received_at}
    del row["quality"]
    return row | {"trace": conflict.observation.trace}
