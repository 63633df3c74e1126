"""Who takes turns with whom, by the clocks of a place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from services.notifier.domain.on_call.shift import Shift, Span

_DAY: Final = timedelta(days=1)
_SLACK: Final = 2 * _DAY
"""More than clocks anywhere differ from UTC."""


@dataclass(frozen=True)
class Rotation:
    """People who take turns.

    Hand-overs are by the clock: a week or twelve hours are those of the clock, so that the shift in which clocks are
    changed lasts an hour less or more. A hand-over at a time that clocks leave out comes an hour of clock time later;
    at one that they show twice, the first time.

    Attributes:
        people: ids, in order.
        starts: the first turn's beginning, as clocks show it.
        turn: how long a turn lasts, by the clock.
    """

    people: tuple[str, ...]
    starts: datetime
    turn: timedelta

    def shifts(self, span: Span, zone: ZoneInfo, by: str) -> Iterator[Shift]:
        """The turns that touch ``span``, whole, in order; none before the first."""
        number = max(0, (_shown(span.start, zone) - _SLACK - self.starts) // self.turn)
        start = at(self.starts + number * self.turn, zone)
        while start < span.end:
            end = at(self.starts + (number + 1) * self.turn, zone)
            # Two hand-overs within what clocks leave out are at one moment: that turn is empty.
            if start < end and end > span.start:
                yield Shift(Span(start, end), (self.people[number % len(self.people)],), by)
            number, start = number + 1, end


@dataclass(frozen=True)
class Hours:
    """A stretch of each of some days, by the clock; past midnight if it ends before it begins.

    Attributes:
        days: on which it begins, 0 is Monday.
        begins, ends: equal: a whole day.
    """

    days: frozenset[int]
    begins: time
    ends: time

    def spans(self, span: Span, zone: ZoneInfo) -> Iterator[Span]:
        """Those that touch ``span``, in order."""
        day = (_shown(span.start, zone) - _SLACK).date()
        last = (_shown(span.end, zone) + _DAY).date()
        while day <= last:
            own = self._of(day, zone)
            if day.weekday() in self.days and own.common(span) is not None:
                yield own
            day += _DAY

    def _of(self, day: date, zone: ZoneInfo) -> Span:
        last = day if self.begins < self.ends else day + _DAY
        return Span(at(datetime.combine(day, self.begins), zone), at(datetime.combine(last, self.ends), zone))


def merged(spans: list[Span]) -> list[Span]:
    """Spans that touch or overlap, as one."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def at(shown: datetime, zone: ZoneInfo) -> datetime:
    """The moment when the clocks of a place show this, UTC."""
    return shown.replace(tzinfo=zone, fold=0).astimezone(UTC)


def _shown(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)
