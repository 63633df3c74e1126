"""Partial sums of a property over bins of UTC, for some points at once: the database adds up, so a year is small."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Float, Integer, Select, and_, case, func, literal_column, select, text

from services.telemetry.domain.aggregating import Partial
from services.telemetry.domain.periods import Period, stands_for_interval
from services.telemetry.storage.tables import OBSERVATION
from shared.model.observations import Quality
from shared.model.registry import Aggregation
from shared.runtime.database import Transaction

_SEEN: Final = OBSERVATION.c
_MOST_DB: Final = 3000.0
"""No level is so high, and ten to a tenth of it is a number that both databases hold, also a million times."""

_WITHIN_PRECISION: Final = "0.000001"
_IN_MEMORY: Final = text("SELECT set_config('work_mem', '64MB', true)")


class _Bins(NamedTuple):
    """What observations are grouped by, and when such a group begins, in seconds since 1970."""

    key: ColumnElement[Any]
    start: ColumnElement[int]


def partials(
    transaction: Transaction, points: Sequence[str], name: str, found: Period, bin_s: int, aggregation: Aggregation
) -> dict[str, list[Partial]]:
    """By point, in the order of time, the bins that hold values which are believed.

    Args:
        found: from - to; its bounds are bounds of bins.
        bin_s: how long a bin is, in seconds; bins begin at multiples of it since 1970.
    """
    interval = stands_for_interval(aggregation)
    is_postgresql = transaction.connection.dialect.name == "postgresql"
    bins = _postgresql_bins(bin_s, interval=interval) if is_postgresql else _sqlite_bins(bin_s, interval=interval)
    if is_postgresql:
        # It takes every observation for a bin of its own, and would sort a year of them on disk.
        transaction.connection.execute(_IN_MEMORY)
    query = _summed(bins, energy=aggregation == "energy-mean").where(
        _SEEN.point.in_(points),
        _SEEN.property == name,
        _SEEN.quality == Quality.GOOD.value,
        within(found, interval=interval),
    )
    if aggregation == "last":
        query = _with_last(query, name)
    by_point: dict[str, list[Partial]] = defaultdict(list)
    for row in transaction.connection.execute(query.order_by("point", "start")):
        by_point[row.point].append(Partial(row.start, row.number, row.total, row.low, row.high, row.power, row.last))
    return by_point


def within(found: Period, *, interval: bool) -> ColumnElement[bool]:
    """That an observation belongs to a period."""
    if interval:
        return and_(_SEEN.time > found.since, _SEEN.time <= found.until)
    return and_(_SEEN.time >= found.since, _SEEN.time < found.until)


def _summed(bins: _Bins, *, energy: bool) -> Select[Any]:
    believed = case((_SEEN.value > _MOST_DB, _MOST_DB), else_=_SEEN.value)
    power = func.sum(func.pow(10.0, believed / 10.0)) if energy else literal_column("0.0", Float)
    return select(
        _SEEN.point.label("point"),
        bins.start.label("start"),
        func.count().label("number"),
        func.sum(_SEEN.value).label("total"),
        func.min(_SEEN.value).label("low"),
        func.max(_SEEN.value).label("high"),
        power.label("power"),
        literal_column("0.0", Float).label("last"),
    ).group_by(_SEEN.point, bins.key)


def _with_last(query: Select[Any], name: str) -> Select[Any]:
    """The same, with the value that each bin ends with."""
    summed = query.add_columns(func.max(_SEEN.time).label("newest")).subquery()
    there = and_(_SEEN.point == summed.c.point, _SEEN.property == name, _SEEN.time == summed.c.newest)
    columns = [column for column in summed.c if column.name != "last"]
    return select(*columns, _SEEN.value.label("last")).select_from(summed).join(OBSERVATION, there)


def _postgresql_bins(bin_s: int, *, interval: bool) -> _Bins:
    time = f"time - interval '{_WITHIN_PRECISION} s'" if interval else "time"
    key = f"date_bin('{bin_s} s', {time}, TIMESTAMPTZ 'epoch')"
    return _Bins(literal_column(key), literal_column(f"CAST(extract(epoch FROM {key}) AS bigint)", Integer))


def _sqlite_bins(bin_s: int, *, interval: bool) -> _Bins:
    # Times are text with six decimals. A whole second on the boundary ends the bin before it.
    second = "CAST(strftime('%s', time) AS INTEGER)"
    moment = f"({second} - (substr(time, 21) = '000000'))" if interval else second
    start = literal_column(f"({moment} - (({moment} % {bin_s}) + {bin_s}) % {bin_s})", Integer)
    return _Bins(start, start)
