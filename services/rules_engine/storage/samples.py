"""Samples: the values that conditions read, appended as they come and kept as deep as the rules need them."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import bindparam, delete, func, insert, select

from services.rules_engine.domain.sample import Sample
from services.rules_engine.domain.series import CODES, LARGEST, Series
from services.rules_engine.domain.spans import stamp
from services.rules_engine.storage.memory import Memory
from services.rules_engine.storage.tables import SAMPLE
from shared import bus
from shared.model.observations import Observation, Quality
from shared.runtime.database import Transaction
from shared.runtime.statements import portions


def _codes() -> str:
    return " ".join(f"WHEN '{quality.value}' THEN '{code}'" for quality, code in CODES.items())


PointSeries = dict[str, dict[str, Series]]
"""The series of each property, by point."""

_OF_POINTS: Final = (
    select(SAMPLE).where(SAMPLE.c.point.in_(bindparam("points", expanding=True))).order_by(SAMPLE.c.time)
)
# A week of a thousand points is a million samples: as rows their way into memory took so long that the session was
# thrown out before its end.
_PACKED: Final = f"""
    SELECT point, property,
        string_agg(timestamptz_send(time), ''::bytea),
        string_agg(float8send(value), ''::bytea),
        string_agg(CASE WHEN abs(value) <= {LARGEST} THEN CASE quality {_codes()} END
                   ELSE '{CODES[Quality.SUSPECT]}' END, '')
    FROM (SELECT * FROM sample WHERE point = ANY(%s::text[]) ORDER BY point, property, time) AS ordered
    GROUP BY point, property
"""  # noqa: S608 - numbers and words of our own
_DIGITS: Final = bytes.maketrans(b"0123456789", bytes(range(10)))
# From what PostgreSQL counts from, 2000, to what a series does, 1970.
_CENTURY: Final = stamp(datetime(2000, 1, 1, tzinfo=UTC))
_POINTS_AT_ONCE: Final = 100
_DROP: Final = delete(SAMPLE).where(
    SAMPLE.c.point == bindparam("of_point"),
    SAMPLE.c.property == bindparam("of_property"),
    SAMPLE.c.time < bindparam("oldest"),
)
# From one point to the next in the key: DISTINCT would go through all of their samples.
_FIRST: Final = select(func.min(SAMPLE.c.point).label("point")).cte("each", recursive=True)
_NEXT: Final = select(func.min(SAMPLE.c.point)).where(SAMPLE.c.point > _FIRST.c.point).scalar_subquery()
_EACH: Final = _FIRST.union_all(select(_NEXT).where(_FIRST.c.point.is_not(None)))
_POINTS: Final = select(_EACH.c.point).where(_EACH.c.point.is_not(None))
_HEARD: Final = (
    select(SAMPLE.c.point)
    .where(SAMPLE.c.point.in_(bindparam("points", expanding=True)), SAMPLE.c.time > bindparam("since"))
    .distinct()
)
_FORGET: Final = delete(SAMPLE).where(SAMPLE.c.point.in_(bindparam("points", expanding=True)))
_COLUMNS: Final = ("point", "property", "time", "value", "quality")
_INSERT: Final = insert(SAMPLE)
_APPEND: Final = """
    INSERT INTO sample (point, property, time, value, quality)
    SELECT * FROM unnest(%s::text[], %s::text[], %s::timestamptz[], %s::float8[], %s::text[])
    ON CONFLICT (point, property, time) DO UPDATE SET value = excluded.value, quality = excluded.quality
"""
_DROP_ALL: Final = """
    DELETE FROM sample USING unnest(%s::text[], %s::text[], %s::timestamptz[]) AS old (point, property, oldest)
    WHERE (sample.point, sample.property) = (old.point, old.property) AND sample.time < old.oldest
"""


class Samples:
    """The samples, as one transaction sees them.

    Args:
        parts: of the partitions that this process holds; what it remembers of others may be old. None: all.
    """

    def __init__(
        self, transaction: Transaction, memory: Memory | None = None, parts: Collection[int] | None = None
    ) -> None:
        self._connection = transaction.connection
        self._remembered: PointSeries = {} if memory is None else memory.samples
        self._parts = parts

    def load(self, points: Iterable[str]) -> PointSeries:
        """The series of the points; every point is there, also one without any sample."""
        wanted = set(points)
        others = {point for point in wanted if self._parts is not None and bus.partition_of(point) not in self._parts}
        own = wanted - others
        self._remembered.update(self._read({point for point in own if point not in self._remembered}))
        return {**{point: self._remembered[point] for point in own}, **self._read(others)}

    def _read(self, points: Collection[str]) -> PointSeries:
        if self._connection.dialect.name != "sqlite":
            return self._read_packed(sorted(points))
        found: PointSeries = {point: {} for point in points}
        for some in portions(sorted(points)):
            for row in self._connection.execute(_OF_POINTS, {"points": some}):
                series = found[row.point].setdefault(row.property, Series())
                series.add(Sample(row.value, row.time, Quality(row.quality)))
        return found

    def _read_packed(self, points: Sequence[str]) -> PointSeries:
        found: PointSeries = {point: {} for point in points}
        for begin in range(0, len(points), _POINTS_AT_ONCE):
            some = list(points[begin : begin + _POINTS_AT_ONCE])
            for point, name, times, values, qualities in self._connection.exec_driver_sql(_PACKED, (some,)):
                found[point][name] = _unpacked(times, values, qualities)
        return found

    def append(self, observations: Sequence[Observation]) -> None:
        """Add samples; one of a moment that is there already takes its place, as in memory: it was corrected."""
        for some in portions(list({(item.point, item.property, item.time): item for item in observations}.values())):
            rows = [(item.point, item.property, item.time, item.value, item.quality.value) for item in some]
            if self._connection.dialect.name == "sqlite":
                known = _INSERT.prefix_with("OR REPLACE")
                self._connection.execute(known, [dict(zip(_COLUMNS, row, strict=True)) for row in rows])
            else:
                self._connection.exec_driver_sql(_APPEND, tuple(map(list, zip(*rows, strict=True))))

    def drop(self, older_than: Mapping[tuple[str, str], datetime]) -> None:
        """Drop what no window reads any more: of each series what is older than a moment."""
        for some in portions(sorted(older_than.items())):
            if self._connection.dialect.name == "sqlite":
                rows = [{"of_point": point, "of_property": name, "oldest": oldest} for (point, name), oldest in some]
                self._connection.execute(_DROP, rows)
            else:
                columns = tuple(map(list, zip(*((*series, oldest) for series, oldest in some), strict=True)))
                # One statement for all of them: half of the engine's time went into one for each.
                self._connection.exec_driver_sql(_DROP_ALL, columns)

    def points(self) -> frozenset[str]:
        """The points of which there are any."""
        return frozenset(self._connection.scalars(_POINTS))

    def heard(self, points: Collection[str], since: datetime) -> frozenset[str]:
        """Those of the points at which something was observed after a moment."""
        found: set[str] = set()
        for some in portions(sorted(points)):
            found |= set(self._connection.scalars(_HEARD, {"points": some, "since": since}))
        return frozenset(found)

    def forget(self, points: Collection[str]) -> None:
        """Drop all samples of points that are observed no more."""
        for some in portions(sorted(points)):
            self._connection.execute(_FORGET, {"points": some})
        for point in points:
            self._remembered.pop(point, None)


def _unpacked(times: bytes, values: bytes, qualities: str) -> Series:
    stamps, numbers = array("q", times), array("d", values)
    if sys.byteorder == "little":
        stamps.byteswap()
        numbers.byteswap()
    moments = array("q", [moment + _CENTURY for moment in stamps])
    return Series.of(moments, numbers, bytearray(qualities.encode().translate(_DIGITS)))
