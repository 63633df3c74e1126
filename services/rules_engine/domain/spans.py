"""Spans of time as rules write them: ``15 min`` and ``24 h`` last what they last, ``1 d`` is a civil day."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from services.rules_engine.domain.durations import in_words
from shared.errors import InputError
from shared.units import parse_duration

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST: Final = timedelta(days=3660)
_MICROSECOND: Final = timedelta(microseconds=1)
_DAY: Final = timedelta(days=1) // _MICROSECOND
_SHIFT: Final = timedelta(hours=1)
"""By which clocks are put back in autumn."""
_DAYS: Final = re.compile(r"(\d+)\s*[dj]")


@dataclass(frozen=True)
class Span:
    """So many civil days and so much time; ``1 d`` has 23, 24 or 25 hours, ``24 h`` always has 24.

    Attributes:
        time: of the span, without its days.
    """

    time: timedelta = timedelta()
    days: int = 0

    @property
    def length(self) -> timedelta:
        """How long it lasts on an ordinary day."""
        return self.time + timedelta(days=self.days)

    @property
    def longest(self) -> timedelta:
        """How long it lasts at most, when clocks are put back within it."""
        return self.length + (_SHIFT if self.days else timedelta())

    @property
    def microseconds(self) -> int:
        return microseconds(self.length)

    def before(self, moment: int, zone: str) -> int:
        """The moment (microseconds since 1970, UTC) that lies the span before another, by the zone's clocks.

        It never goes back while the other goes on: what has left a window does not come again. So a time of day that
        clocks skip is the moment at which they are put forward; and of an hour that they show twice, the second one
        lies as far back as the moment after it.
        """
        if not self.days:
            return moment - self.microseconds
        return _days_before(moment, self.days, zone) - microseconds(self.time)

    def after(self, moment: int, zone: str) -> int:
        """The first moment that another one lies the span, or more, before."""
        likely = moment + self.microseconds
        if not self.days or self.before(likely - 1, zone) < self.before(likely, zone) == moment:
            return likely
        near = range(likely - _DAY, likely + _DAY)
        return near[bisect_left(near, moment, key=lambda later: self.before(later, zone))]

    def __str__(self) -> str:
        return in_words(self.length)


def parse_span(text: str) -> Span:
    """Read ``15 min``, ``24 h`` or ``3 d``.

    Raises:
        InputError: not a duration, none at all, or one of more than ten years.
    """
    duration = within_reach(parse_duration(text), text)
    if duration <= timedelta():
        raise InputError(f"'{text}' is no time at all; for example 10 min, 4 h or 2 d")
    match = _DAYS.fullmatch(text.strip())
    return Span(days=int(match[1])) if match else Span(duration)


def within_reach(duration: timedelta, text: str) -> timedelta:
    """The same duration.

    Raises:
        InputError: it is longer than anything that rules look back to, or wait for.
    """
    if duration > LONGEST:
        raise InputError(f"'{text}' is longer than ten years")
    return duration


def microseconds(span: timedelta) -> int:
    """A duration in whole microseconds."""
    return span // _MICROSECOND


def stamp(moment: datetime) -> int:
    """An aware moment in microseconds since 1970, UTC, exact."""
    return (moment - EPOCH) // _MICROSECOND


def moment_of(stamped: int) -> datetime:
    """The moment of a stamp, UTC."""
    return EPOCH + timedelta(microseconds=stamped)


def first_shown(wall: datetime, zone: str) -> int:
    """When clocks show a time (naive) first, a stamp; one that they skip: when they are put forward instead."""
    found = stamp(wall.replace(tzinfo=ZoneInfo(zone), fold=0))
    exists = moment_of(found).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall
    return found if exists else _change_before(found, zone)


@lru_cache(maxsize=4096)
def _days_before(moment: int, days: int, zone: str) -> int:
    local = moment_of(moment).astimezone(ZoneInfo(zone))
    wall = local.replace(tzinfo=None, fold=0)
    if local.fold:
        change = _change_before(moment, zone)
        wall = (moment_of(change - 1).astimezone(ZoneInfo(zone)) + _MICROSECOND).replace(tzinfo=None, fold=0)
    # Wall clock arithmetic: the same time of day, so many days earlier, whatever clocks did in between.
    return first_shown(wall - timedelta(days=days), zone)


def _change_before(moment: int, zone: str) -> int:
    """When clocks were changed last, of a moment within a day after it."""
    known = _offset(moment, zone)
    near = range(moment - _DAY, moment + 1)
    return near[bisect_left(near, True, key=lambda earlier: _offset(earlier, zone) == known)]


def _offset(moment: int, zone: str) -> timedelta | None:
    return moment_of(moment).astimezone(ZoneInfo(zone)).utcoffset()
