"""Spans of time as rules write them: ``15 min`` and ``24 h`` last what they last, ``1 d`` is a civil day."""

from __future__ import annotations

import re
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
    def microseconds(self) -> int:
        return microseconds(self.length)

    def before(self, moment: int, zone: str) -> int:
        """The moment (microseconds since 1970, UTC) that lies the span before another, by the zone's clocks."""
        if not self.days:
            return moment - self.microseconds
        return _days_before(moment, self.days, zone) - microseconds(self.time)

    def __str__(self) -> str:
        return in_words(self.length)


def parse_span(text: str) -> Span:
    """Read ``15 min``, ``24 h`` or ``3 d``.

    Raises:
        UnitError: not a duration.
    """
    duration = within_reach(parse_duration(text), text)
    if match := _DAYS.fullmatch(text.strip()):
        return Span(days=int(match[1]))
    if duration <= timedelta():
        raise InputError(f"'{text}' is no time at all; for example 10 min, 4 h or 2 d")
    return Span(duration)


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


@lru_cache(maxsize=4096)
def _days_before(moment: int, days: int, zone: str) -> int:
    local = moment_of(moment).astimezone(ZoneInfo(zone))
    # Wall clock arithmetic: the same time of day, so many days earlier, whatever clocks did in between.
    return stamp((local.replace(tzinfo=None) - timedelta(days=days)).replace(tzinfo=local.tzinfo, fold=local.fold))
