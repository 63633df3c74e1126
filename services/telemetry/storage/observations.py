"""Reads and writes observations and rejections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, insert, select, update

from services.telemetry.domain.claim import Rejection
from services.telemetry.domain.comparing import Key
from services.telemetry.storage.adding import ADDING
from services.telemetry.storage.tables import LATEST, OBSERVATION, REJECTION, TALLY
from shared.model.observations import Observation, Quality
from shared.runtime.database import Transaction

_KEPT_REJECTIONS: Final = 10_000
_KEPT_PAYLOAD: Final = 2_000
_ADD_TO_TALLY: Final = (
    update(TALLY).where(TALLY.c.name == bindparam("which")).values(number=TALLY.c.number + bindparam("more"))
)
_CORRECTIONS: Final = [
    update(table)
    .where(
        table.c.point == bindparam("at_point"),
        table.c.property == bindparam("of_property"),
        table.c.time == bindparam("at_time"),
    )
    .values(value=bindparam("right"), quality=bindparam("judged"))
    for table in (OBSERVATION, LATEST)
]


class Observations:
    """What is stored, as one transaction sees it."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def add(self, observations: Mapping[Key, Observation], received_at: datetime) -> dict[Key, float]:
        """Store those for whose key nothing is there; the stored values of the other keys, whoever stored them."""
        return ADDING[self._connection.dialect.name](self._connection, observations, received_at)

    def correct(self, values: Mapping[Key, tuple[float, Quality]]) -> None:
        """Give stored observations another value, and the latest values that are the same."""
        rows = [_correction(key, *values[key]) for key in sorted(values)]
        for statement in _CORRECTIONS if rows else ():
            self._connection.execute(statement, rows)

    def value_of(self, key: Key) -> float | None:
        """The value of a stored observation; None: there is none."""
        point, name, time = key
        value: float | None = self._connection.scalar(
            select(OBSERVATION.c.value).where(_within(point, name, time, time))
        )
        return value

    def unit_of(self, key: Key) -> str | None:
        """The unit of a stored observation; None: there is none."""
        point, name, time = key
        unit: str | None = self._connection.scalar(select(OBSERVATION.c.unit).where(_within(point, name, time, time)))
        return unit

    def reject(self, rejections: Sequence[tuple[Rejection, bytes]], received_at: datetime) -> None:
        """Keep refused things to look at, each with the payload that it came in: the newest ten thousand."""
        if not rejections:
            return
        rows = [
            {
                "reason": item.reason.value,
                "device": item.device,
                "detail": item.detail,
                "payload": _beginning(payload),
                "received_at": received_at,
                "trace": item.trace,
            }
            for item, payload in rejections
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

    def history(
        self, point: str, name: str, since: datetime, until: datetime, limit: int, oldest: bool = False
    ) -> list[dict[str, Any]]:
        """Observations of a series in [since, until], oldest first; the newest ``limit`` of them, or the oldest."""
        table = OBSERVATION.c
        query = (
            select(table.time, table.value, table.quality)
            .where(_within(point, name, since, until))
            .order_by(table.time if oldest else table.time.desc())
            .limit(limit)
        )
        rows = [dict(row) for row in self._connection.execute(query).mappings()]
        return rows if oldest else rows[::-1]

    def amount(self, point: str, name: str, since: datetime, until: datetime, most: int) -> int:
        """How many observations of a series lie in [since, until]; not counted further than ``most``."""
        found = select(OBSERVATION.c.time).where(_within(point, name, since, until)).limit(most).subquery()
        return self._connection.scalar(select(func.count()).select_from(found)) or 0

    def recent_rejections(self, limit: int) -> list[dict[str, Any]]:
        """The newest refusals, without their payload."""
        table = REJECTION.c
        query = select(table.reason, table.device, table.detail, table.received_at).order_by(table.id.desc())
        return [dict(row) for row in self._connection.execute(query.limit(limit)).mappings()]


def _within(point: str, name: str, since: datetime, until: datetime) -> ColumnElement[bool]:
    table = OBSERVATION.c
    return and_(table.point == point, table.property == name, table.time >= since, table.time <= until)


def _beginning(payload: bytes) -> str:
    # A character has four bytes at most; no database holds a NUL in a text.
    text = payload[: 4 * _KEPT_PAYLOAD].decode("utf-8", "replace").replace("\x00", "")
    return text[:_KEPT_PAYLOAD]


def _correction(key: Key, value: float, quality: Quality) -> dict[str, Any]:
    point, name, time = key
    return {"at_point": point, "of_property": name, "at_time": time, "right": value, "judged": quality.value}
