"""What comes again on days of the week between two times of the clock, Europe/Paris."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from shared.civil_time import PARIS, require_aware

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY: Final = timedelta(days=1)

Stretch = tuple[datetime, datetime]
"""From (included) and to (excluded), UTC."""


@dataclass(frozen=True, kw_only=True)
class Recurrence:
    """Stretches of time by the clocks of Paris.

    Attributes:
        weekdays: those on which a stretch begins; 0 is Monday.
        begins, ends: clock times; a stretch that ends at or before its beginning ends on the next day.
        until: the last day on which one begins.
    """

    weekdays: tuple[int, ...]
    begins: time
    ends: time
    until: date

    def stretch_at(self, moment: datetime) -> Stretch | None:
        """The stretch that a moment lies in."""
        day = require_aware(moment).astimezone(PARIS).date()
        near = (self._on(day - _DAY * back) for back in (0, 1, 2))
        return next((found for found in near if found is not None and found[0] <= moment < found[1]), None)

    def last_end(self) -> datetime | None:
        """When the last stretch is over; None: no such day comes before ``until``."""
        found = (self._on(self.until - _DAY * back) for back in range(7))
        return next((stretch[1] for stretch in found if stretch is not None), None)

    def stretches(self, first: date) -> Iterator[Stretch]:
        """From a day on, in order."""
        for ahead in range((self.until - first).days + 1):
            if (found := self._on(first + _DAY * ahead)) is not None:
                yield found

    def _on(self, day: date) -> Stretch | None:
        if day.weekday() not in self.weekdays or day > self.until:
            return None
        last = day if self.ends > self.begins else day + _DAY
        # A time that comes twice in October begins at its first and ends at its last; one that is left out in March
        # is the moment one hour of clock time later.
        return _moment(day, self.begins, 0), max(_moment(last, self.ends, fold) for fold in (0, 1))


def _moment(day: date, clock: time, fold: int) -> datetime:
    return datetime.combine(day, clock.replace(fold=fold), PARIS).astimezone(UTC)
