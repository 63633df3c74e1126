"""What counters showed, and the observations that were made of it.

Whoever reads or writes readings has its points' turn (``take_turns``): what was read stays true until it is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, bindparam, insert, select, tuple_, update

from services.telemetry.domain.comparing import Key
from services.telemetry.domain.counting import Neighbours, ReadingKey
from services.telemetry.storage.tables import OBSERVATION, READING
from shared import bus
from shared.runtime.database import Transaction
from shared.runtime.statements import portions

_COLUMNS: Final = ("point", "property", "device", "path", "time")
_KEY: Final = tuple_(*(READING.c[name] for name in _COLUMNS))
_STORED: Final = select(*(READING.c[name] for name in _COLUMNS), READING.c.value).where(
    _KEY.in_(bindparam("keys", expanding=True))
)
_OTHER: Final = READING.alias()


def _same_counter() -> ColumnElement[bool]:
    return and_(*(_OTHER.c[name] == READING.c[name] for name in _COLUMNS[:-1]))


def _beside(column: str, *, later: bool) -> Any:
    """A column of the reading just before or after."""
    other, time = _OTHER.c, READING.c.time
    side, order = (other.time > time, other.time) if later else (other.time < time, other.time.desc())
    return select(other[column]).where(_same_counter(), side).order_by(order).limit(1).scalar_subquery()


_NEIGHBOURS: Final = select(
    *(READING.c[name] for name in _COLUMNS),
    _beside("value", later=False).label("before"),
    _beside("time", later=True).label("after_time"),
    _beside("value", later=True).label("after"),
).where(_KEY.in_(bindparam("keys", expanding=True)))

_OBSERVED: Final = select(OBSERVATION.c.point, OBSERVATION.c.property, OBSERVATION.c.time).where(
    tuple_(OBSERVATION.c.point, OBSERVATION.c.property, OBSERVATION.c.time).in_(bindparam("keys", expanding=True))
)


class Counters:
    """The readings of counters, as one transaction sees them."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection = transaction.connection

    def take_turns(self, points: Iterable[str]) -> None:
        """Wait until no other transaction works on counters of these points. Before anything is written."""
        for partition in sorted({bus.partition_of(point) for point in points}):
            self._transaction.alone(f"counters {partition}")

    def stored(self, keys: Sequence[ReadingKey]) -> dict[ReadingKey, float]:
        """What is there already."""
        found: dict[ReadingKey, float] = {}
        for some in portions(keys):
            for *key, value in self._connection.execute(_STORED, {"keys": some}):
                found[ReadingKey(*key)] = value
        return found

    def add(self, readings: Mapping[ReadingKey, float]) -> None:
        """Store readings whose keys are free."""
        rows = [{**key._asdict(), "value": value} for key, value in readings.items()]
        if rows:
            self._connection.execute(insert(READING), rows)

    def put(self, readings: Mapping[ReadingKey, float]) -> None:
        """Give stored readings another number."""
        for key in sorted(readings):
            values = {"value": readings[key]}
            self._connection.execute(update(READING).where(tuple_(*key) == _KEY).values(values))

    def shown(self, point: str, name: str, time: datetime) -> dict[tuple[str, str], float]:
        """What the counters of a point showed at a moment, by device and path."""
        known = READING.c
        query = select(READING).where(known.point == point, known.property == name, known.time == time)
        return {(row.device, row.path): row.value for row in self._connection.execute(query)}

    def neighbours(self, keys: Sequence[ReadingKey]) -> dict[ReadingKey, Neighbours]:
        """What the same counter showed just before and after stored readings."""
        found: dict[ReadingKey, Neighbours] = {}
        for some in portions(keys):
            for row in self._connection.execute(_NEIGHBOURS, {"keys": some}):
                found[ReadingKey(*row[: len(_COLUMNS)])] = Neighbours(row.before, row.after_time, row.after)
        return found

    def observed(self, keys: Sequence[Key]) -> set[Key]:
        """Those for which there is an observation."""
        found: set[Key] = set()
        for some in portions(keys):
            found.update(
                (row.point, row.property, row.time) for row in self._connection.execute(_OBSERVED, {"keys": some})
            )
        return found
