"""Samples: the values that conditions read, appended as they come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import bindparam, delete, insert, select, tuple_

from services.rules_engine.domain.alert import Sample
from services.rules_engine.storage.memory import Memory
from services.rules_engine.storage.tables import SAMPLE
from shared.model.observations import Observation, Quality
from shared.runtime.database import Transaction
from shared.runtime.statements import portions

Latest = dict[str, dict[str, Sample]]
"""The newest sample of each property, by point."""

_OF_POINTS: Final = (
    select(SAMPLE).where(SAMPLE.c.point.in_(bindparam("points", expanding=True))).order_by(SAMPLE.c.time)
)
_DROP: Final = delete(SAMPLE).where(tuple_(SAMPLE.c.point, SAMPLE.c.property).in_(bindparam("series", expanding=True)))

_COLUMNS: Final = ("point", "property", "time", "value", "quality")
_INSERT: Final = insert(SAMPLE)
# The dropped are older than what comes, so it does not matter which of the two the database does first.
_REPLACE: Final = """
    WITH incoming AS (
        SELECT * FROM unnest(%s::text[], %s::text[], %s::timestamptz[], %s::float8[], %s::text[])
            AS row (point, property, time, value, quality)
    ), dropped AS (
        DELETE FROM sample USING incoming
        WHERE (sample.point, sample.property) = (incoming.point, incoming.property) AND sample.time <> incoming.time
    )
    INSERT INTO sample (point, property, time, value, quality) SELECT * FROM incoming
"""


class Samples:
    """The samples, as one transaction sees them."""

    def __init__(self, transaction: Transaction, memory: Memory | None = None) -> None:
        self._connection = transaction.connection
        self._remembered = {} if memory is None else memory.samples

    def latest(self, points: Iterable[str]) -> Latest:
        """The newest sample of each property of the points; every point is there, also one without any."""
        wanted = set(points)
        for some in portions(sorted(wanted - self._remembered.keys())):
            self._remembered.update({point: {} for point in some})
            for row in self._connection.execute(_OF_POINTS, {"points": some}):
                self._remembered[row.point][row.property] = Sample(row.value, row.time, Quality(row.quality))
        return {point: self._remembered[point] for point in wanted}

    def append(self, observations: Sequence[Observation]) -> None:
        """Add samples and drop those that no window reads any more. ``latest`` of their points must hold them already.

        No operator looks further back than the newest value, so that is all that is kept.
        """
        newest = {(item.point, item.property): item for item in sorted(observations, key=lambda item: item.time)}
        for some in portions(list(newest.values())):
            rows = [(item.point, item.property, item.time, item.value, item.quality.value) for item in some]
            if self._connection.dialect.name == "sqlite":
                self._connection.execute(_DROP, {"series": [row[:2] for row in rows]})
                self._connection.execute(_INSERT, [dict(zip(_COLUMNS, row, strict=True)) for row in rows])
            else:
                # One statement for all of them: half of the engine's time went into one for each.
                self._connection.exec_driver_sql(_REPLACE, tuple(map(list, zip(*rows, strict=True))))
