"""Answers with the figures that kinds name as their indicators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from services.telemetry.domain import figures
from services.telemetry.domain.aggregating import Partial
from services.telemetry.domain.days import Course, Series, courses
from services.telemetry.domain.directory import Directory
from services.telemetry.domain.figures import Figure
from services.telemetry.domain.periods import Period, bin_seconds, civil_day
from services.telemetry.storage.daily import Days
from services.telemetry.storage.looking_back import LookingBack, Seen
from services.telemetry.storage.partials import partials
from shared.model.registry import Indicator
from shared.runtime.database import Database, Transaction

_DAY: Final = timedelta(days=1)
_QUARTER_S: Final = 900
_DAYS_LOOKED_AT: Final = 30
_DAYS_COUNTED: Final = 7


@dataclass(frozen=True)
class _Asked:
    """An indicator of a series that has observations.

    Attributes:
        latest: the present value; None: it is too old, or not believed.
    """

    course: Course
    indicator: Indicator
    unit: str
    latest: Seen | None


@dataclass(frozen=True)
class _Looking:
    """Where and when is looked."""

    transaction: Transaction
    now: datetime

    def partials(self, asked: Sequence[_Asked], found: Period, bin_s: int) -> Mapping[str, Sequence[Partial]]:
        """Of series that are alike but for their point."""
        course = asked[0].course
        points = [item.course.point for item in asked]
        return partials(self.transaction, points, course.name, found, bin_s, course.aggregation)


Told = Iterator[tuple[_Asked, Figure]]


def indicators(
    database: Database, directory: Directory, points: Collection[str] | None, now: datetime
) -> list[dict[str, Any]]:
    """The figures of some points or of all, as of now; none of a series of which nothing was ever observed."""
    with database.transaction() as transaction:
        latest = LookingBack(transaction).latest(points)
        looking = _Looking(transaction, now)
        told = [
            item
            for some in _alike(_asked(directory, latest, now))
            for item in _FIGURES[some[0].indicator.name](looking, some)
        ]
    shown = [_shown(asked, figure) for asked, figure in told]
    return sorted(shown, key=lambda item: (item["point"], item["property"]))


def _asked(directory: Directory, latest: Mapping[Series, Seen | None], now: datetime) -> Iterator[_Asked]:
    for series, course in courses(directory).items():
        kind = directory.kinds[directory.points[course.point].kind]
        for indicator in kind.indicators if series in latest else ():
            if indicator.property == course.name:
                present = _present(latest[series], timedelta(seconds=kind.stale_after_s), now)
                yield _Asked(course, indicator, kind.properties[course.name].unit, present)


def _present(seen: Seen | None, stale_after: timedelta, now: datetime) -> Seen | None:
    return seen if seen is not None and now - seen[0] <= stale_after else None


def _alike(asked: Iterable[_Asked]) -> Iterable[list[_Asked]]:
    """Those that can be asked for at once."""
    alike: dict[object, list[_Asked]] = defaultdict(list)
    for item in asked:
        alike[item.indicator, item.course.zone.key, item.course.aggregation].append(item)
    return alike.values()


def _noise_periods(looking: _Looking, asked: Sequence[_Asked]) -> Told:
    course = asked[0].course
    today = looking.now.astimezone(course.zone).date()
    points = [item.course.point for item in asked]
    kept = Days(looking.transaction).values(points, course.name, today - 2 * _DAY, today)
    until = datetime.fromtimestamp(looking.now.timestamp() // _QUARTER_S * _QUARTER_S, looking.now.tzinfo)
    lately = Period(until - _DAY, until)
    bins = looking.partials(asked, lately, _QUARTER_S)
    for item in asked:
        days = kept[item.course.point]
        for day in sorted(days)[-1:]:
            yield from ((item, figure) for figure in figures.levels_of_day(day, days[day], item.course))
        found = figures.levels_of_24_hours(bins.get(item.course.point, ()), lately, item.course)
        yield from ((item, figure) for figure in found)


def _days_over(looking: _Looking, asked: Sequence[_Asked]) -> Told:
    course, threshold = asked[0].course, asked[0].indicator.threshold or 0.0
    today = looking.now.astimezone(course.zone).date()
    first = today - _DAYS_LOOKED_AT * _DAY
    points = [item.course.point for item in asked]
    kept = Days(looking.transaction).values(points, course.name, first, today)
    back = LookingBack(looking.transaction)
    for item in asked:
        yield item, figures.days_over(kept[item.course.point], threshold, first, today, item.course)
        is_over = item.latest is not None and item.latest[1] >= threshold
        since = back.reached_since(item.course.series, threshold) if is_over else None
        yield item, figures.over_since(since, looking.now)


def _rise(looking: _Looking, asked: Sequence[_Asked]) -> Told:
    back = LookingBack(looking.transaction)
    for item in asked:
        span, period = timedelta(seconds=item.indicator.span_s or 3600.0), timedelta(seconds=item.course.period_s)
        before = back.nearest(item.course.series, item.latest[0] - span, period) if item.latest else None
        yield item, figures.rise(before, item.latest, item.unit)


def _counts(looking: _Looking, asked: Sequence[_Asked]) -> Told:
    zone = asked[0].course.zone
    today = looking.now.astimezone(zone).date()
    found = Period(civil_day(today - _DAYS_COUNTED * _DAY, zone).since, civil_day(today, zone).until)
    bins = looking.partials(asked, found, bin_seconds(found, zone))
    for item in asked:
        counted = figures.counts(bins.get(item.course.point, ()), item.course, item.unit, looking.now)
        yield from ((item, figure) for figure in counted)


_FIGURES: Final[Mapping[str, Callable[[_Looking, Sequence[_Asked]], Told]]] = {
    "noise-periods": _noise_periods,
    "days-over": _days_over,
    "rise": _rise,
    "counts": _counts,
}


def _shown(asked: _Asked, figure: Figure) -> dict[str, Any]:
    named = {"point": asked.course.point, "property": asked.course.name, "indicator": asked.indicator.name}
    return {**named, **msgspec.structs.asdict(figure), "hours": [msgspec.structs.asdict(item) for item in figure.hours]}
