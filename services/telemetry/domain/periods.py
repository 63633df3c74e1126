"""Civil days, hours and quarters of an hour of a zone, as stretches of real time: a day may have 23 or 25 hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from shared.model.registry import Aggregation

By = Literal["quarter-hour", "hour", "day"]
"""How long a period is."""

_STEPS: Final[dict[By, timedelta]] = {
    "quarter-hour": timedelta(minutes=15),
    "hour": timedelta(hours=1),
    "day": timedelta(days=2),  # longer than any: cut at midnight
}
_DAY: Final = timedelta(days=1)
_HOUR_S: Final = 3600
_QUARTER_S: Final = 900
_NO_TIME: Final = timedelta(microseconds=1)


class Period(NamedTuple):
    """From - to, UTC. What lies on a boundary belongs to the period that ``stands_for_interval`` says."""

    since: datetime
    until: datetime

    @property
    def seconds(self) -> float:
        """How long it is."""
        return (self.until - self.since).total_seconds()


def stands_for_interval(aggregation: Aggregation) -> bool:
    """Whether an observation stands for the interval that ends at its time: midnight's belongs to the day before.

    Counts, amounts and equivalent levels do. A water level or a state is that of its instant: midnight's begins a day.
    """
    return aggregation in ("sum", "energy-mean")


@lru_cache(maxsize=4096)
def civil_day(day: date, zone: ZoneInfo) -> Period:
    """From local midnight to the next one."""
    return Period(_midnight(day, zone), _midnight(day + _DAY, zone))


def day_of(moment: datetime, zone: ZoneInfo, *, interval: bool) -> date:
    """The civil day to which an observation of that time belongs; ``interval``: see ``stands_for_interval``."""
    inside = moment - _NO_TIME if interval else moment
    return inside.astimezone(zone).date()


def days_between(first: date, after: date) -> Iterator[date]:
    """The days from the first until the one before ``after``."""
    for number in range((after - first).days):
        yield first + timedelta(days=number)


def periods(since: datetime, until: datetime, by: By, zone: ZoneInfo) -> Iterator[Period]:
    """The whole periods that [since, until) touches, in order; hours begin with the civil day."""
    day = since.astimezone(zone).date()
    while since < until and (whole := civil_day(day, zone)).since < until:
        for period in _parts(whole, _STEPS[by]):
            if period.until > since and period.since < until:
                yield period
        day += _DAY


def bin_seconds(found: Period, zone: ZoneInfo, by: By = "day") -> int:
    """The longest bins of UTC, in seconds, of which the zone's periods are made: hours, or quarters of an hour."""
    if by == "quarter-hour" or not all(_is_whole(moment.astimezone(zone)) for moment in found):
        return _QUARTER_S
    return _HOUR_S


def _is_whole(local: datetime) -> bool:
    """Whether the zone is whole hours from UTC, in summer and in winter."""
    offset, summer = local.utcoffset() or timedelta(), local.dst() or timedelta()
    return not offset.total_seconds() % _HOUR_S and not summer.total_seconds() % _HOUR_S


def _parts(whole: Period, step: timedelta) -> Iterator[Period]:
    since = whole.since
    while since < whole.until:
        until = min(since + step, whole.until)
        yield Period(since, until)
        since = until


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)
