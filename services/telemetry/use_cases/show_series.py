"""Answers with one value for each quarter of an hour, hour or civil day of a point."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, cast, get_args
from zoneinfo import ZoneInfo

from services.telemetry.domain.aggregating import Partial, by_period, together, value_of
from services.telemetry.domain.directory import Directory
from services.telemetry.domain.periods import By, Period, bin_seconds, periods
from services.telemetry.storage.partials import partials
from shared.civil_time import require_aware
from shared.errors import InputError, NotFound
from shared.model.registry import Aggregation, Property
from shared.runtime.database import Database

_LONGEST: Final[dict[By, timedelta]] = {
    "quarter-hour": timedelta(days=100),
    "hour": timedelta(days=400),
    "day": timedelta(days=800),
}
"""What one answer may hold: adding more up would keep the process from answering others."""


def series(
    database: Database, directory: Directory, point: str, name: str, since: datetime, until: datetime, by: str
) -> list[dict[str, Any]]:
    """The periods of the point's zone that [since, until) touches, each whole, with what was observed in it.

    ``value`` is made as the property's aggregation says, of the values that are believed alone; it and ``minimum`` and
    ``maximum`` are None where there are none, which never means zero.

    Raises:
        NotFound: no such point, or its kind has no such property.
        InputError: not a sort of period, or too long a time.
    """
    seen, zone = _property(directory, point, name), ZoneInfo(directory.points[point].zone)
    found = list(periods(*_bounds(since, until, _sort(by)), _sort(by), zone))
    if not found:
        return []
    whole = Period(found[0].since, found[-1].until)
    with database.transaction() as transaction:
        bin_s = bin_seconds(whole, zone, _sort(by))
        bins = partials(transaction, [point], name, whole, bin_s, seen.aggregation).get(point, [])
    return [_shown(period, together(inside), seen.aggregation) for period, inside in by_period(bins, found)]


def _property(directory: Directory, point: str, name: str) -> Property:
    if point not in directory.points:
        raise NotFound("point", point)
    properties = directory.kinds[directory.points[point].kind].properties
    if name not in properties:
        raise NotFound("property", name)
    return properties[name]


def _sort(by: str) -> By:
    if by not in get_args(By):
        raise InputError(f"'{by}' is no period: choose one of {', '.join(get_args(By))}")
    return cast("By", by)


def _bounds(since: datetime, until: datetime, by: By) -> tuple[datetime, datetime]:
    bounds = require_aware(since), require_aware(until)
    if bounds[1] - bounds[0] > _LONGEST[by]:
        raise InputError(f"at most {_LONGEST[by].days} days at once, by {by}: ask for a shorter time")
    return bounds


def _shown(period: Period, whole: Partial | None, aggregation: Aggregation) -> dict[str, Any]:
    shown = {"since": period.since, "until": period.until, "count": 0, "value": None, "minimum": None, "maximum": None}
    if whole is None:
        return shown
    figures = {"value": value_of(whole, aggregation), "minimum": whole.minimum, "maximum": whole.maximum}
    return {**shown, "count": whole.count, **figures}
