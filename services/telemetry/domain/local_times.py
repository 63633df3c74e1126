"""Times as clocks on the wall showed them: which moment each was, also on the night when an hour comes twice."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


class NoSuchTime(ValueError):
    """The clocks of the zone never showed it: they had been put forward."""


class WallClock:
    """Reads the times of one device's rows, in their order.

    An hour that comes twice is told apart by the order: what does not go on from the row before is the second one.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._newest: datetime | None = None

    def moment(self, shown: datetime) -> datetime:
        """The moment, UTC, of a time without offset.

        Raises:
            NoSuchTime: the clocks never showed it.
        """
        first, second = (shown.replace(tzinfo=self._zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        if first.astimezone(self._zone).replace(tzinfo=None) != shown.replace(fold=0):
            raise NoSuchTime(f"{shown.isoformat(' ')} never was in {self._zone.key}: clocks were put forward")
        goes_on = self._newest is None or first > self._newest
        found = first if goes_on else second
        self._newest = found if self._newest is None else max(self._newest, found)
        return found
