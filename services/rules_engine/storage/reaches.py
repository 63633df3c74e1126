"""How far back the samples of each series go, and of which more was asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import bindparam, delete, select, tuple_, update

from services.rules_engine.domain.inputs.input import Depth
from services.rules_engine.domain.warming import Reach, SeriesId
from services.rules_engine.storage.memory import Memory
from services.rules_engine.storage.tables import SERIES_REACH
from shared import bus
from shared.runtime.database import Transaction
from shared.runtime.statements import portions, upsert

_OF_PARTS: Final = select(SERIES_REACH).where(SERIES_REACH.c.partition.in_(bindparam("parts", expanding=True)))
_WAITING: Final = _OF_PARTS.where(SERIES_REACH.c.waits_until.is_not(None))
_IS_ONE: Final = tuple_(SERIES_REACH.c.point, SERIES_REACH.c.property)


class Reaches:
    """The reaches, as one transaction sees them."""

    def __init__(self, transaction: Transaction, memory: Memory) -> None:
        self._connection = transaction.connection
        self._memory = memory

    def all(self, parts: Collection[int]) -> dict[SeriesId, Reach]:
        """Every reach of these partitions."""
        return self._read(_OF_PARTS, parts)

    def waiting(self, parts: Collection[int]) -> Mapping[SeriesId, Reach]:
        """Those of which more is on its way; remembered, since there are hardly ever any."""
        if self._memory.waiting is None:
            self._memory.waiting = self._read(_WAITING, parts)
        return self._memory.waiting

    def save(self, reaches: Mapping[SeriesId, Reach]) -> None:
        """Write reaches."""
        self._memory.waiting = None
        for some in portions(sorted(reaches.items(), key=lambda item: item[0])):
            upsert(self._connection, SERIES_REACH, [_row(*item) for item in some], ["point", "property"])

    def has_come(self, series: Iterable[SeriesId]) -> None:
        """All that was asked for of these series is there."""
        self._memory.waiting = None
        for some in portions(sorted(series)):
            self._connection.execute(update(SERIES_REACH).where(_IS_ONE.in_(some)).values(waits_until=None))

    def forget(self, series: Iterable[SeriesId]) -> None:
        """Drop what nobody reads any more."""
        for some in portions(sorted(series)):
            self._connection.execute(delete(SERIES_REACH).where(_IS_ONE.in_(some)))

    def _read(self, query: Any, parts: Collection[int]) -> dict[SeriesId, Reach]:
        rows = self._connection.execute(query, {"parts": sorted(parts)})
        return {(row.point, row.property): _reach(row) for row in rows}


def _reach(row: Any) -> Reach:
    before = Depth(timedelta(seconds=row.before_span_s), row.before_samples)
    return Reach(Depth(timedelta(seconds=row.span_s), row.samples), before, row.waits_until)


def _row(series: SeriesId, reach: Reach) -> dict[str, Any]:
    return {
        "point": series[0],
        "property": series[1],
        "partition": bus.partition_of(series[0]),
        "span_s": reach.depth.span.total_seconds(),
        "samples": reach.depth.samples,
        "before_span_s": reach.before.span.total_seconds(),
        "before_samples": reach.before.samples,
        "waits_until": reach.waits_until,
    }
