"""What a kilowatt-hour costs, by the hour of the clock and since when; every price is without VAT."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from services.lighting_controller.domain.daylight import night_of
from services.lighting_controller.domain.stepping import Steps

BASE: Final = "base"
"""The tariff of all hours that no other has."""

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Hours:
    """A tariff of some hours of the clock, from ``begin`` until before ``end``, over midnight if ``end`` is earlier."""

    id: str
    begin: time
    end: time
    per_kwh: float

    @property
    def edges(self) -> tuple[time, time]:
        """What clocks show when it begins and ends."""
        return self.begin, self.end

    def hold(self, clock_time: time) -> bool:
        """Whether it is in force when clocks show that."""
        if self.begin < self.end:
            return self.begin <= clock_time < self.end
        return clock_time >= self.begin or clock_time < self.end


@dataclass(frozen=True)
class Price:
    """Euros per kWh without VAT, of nights that begin on ``since`` or later.

    Attributes:
        per_kwh: of the tariff ``base``.
        hours: other tariffs; the first that holds is in force.
        co2_g_per_kwh: grams of CO2 equivalent; None: not reckoned.
    """

    since: date
    per_kwh: float
    hours: tuple[Hours, ...] = ()
    co2_g_per_kwh: float | None = None

    def tariff(self, clock_time: time) -> str:
        """The id of the tariff that is in force when clocks show that."""
        return next((hours.id for hours in self.hours if hours.hold(clock_time)), BASE)

    def of(self, tariff: str) -> float:
        """Euros per kWh of a tariff; of one that this price doesn't have, those of ``base``."""
        return next((hours.per_kwh for hours in self.hours if hours.id == tariff), self.per_kwh)


@dataclass(frozen=True)
class Prices:
    """All prices, the oldest first. What was counted under a tariff is priced when it is read."""

    prices: tuple[Price, ...] = ()

    def of(self, night: date) -> Price | None:
        """The price of a night; None: none is told for it."""
        return next((price for price in reversed(self.prices) if price.since <= night), None)

    def tariffs(self, since: datetime, until: datetime, zone: ZoneInfo) -> Steps[str]:
        """The tariff in force from a moment on, until another."""
        moments = {since, *(moment for moment in self._edges(since, until, zone) if since < moment < until)}
        return tuple((moment, self._tariff(moment, zone)) for moment in sorted(moments))

    def _tariff(self, moment: datetime, zone: ZoneInfo) -> str:
        price = self.of(night_of(moment, zone))
        return BASE if price is None else price.tariff(moment.astimezone(zone).time())

    def _edges(self, since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[datetime]:
        """Moments among which are all at which the tariff changes."""
        edges = {time(12), *(edge for price in self.prices for hours in price.hours for edge in hours.edges)}
        day, last = since.astimezone(zone).date(), until.astimezone(zone).date()
        while day <= last:
            local = (datetime.combine(day, edge.replace(fold=fold), zone) for edge in edges for fold in (0, 1))
            # In UTC at once: two moments of one zone that clocks show alike are equal to Python.
            yield from (moment.astimezone(UTC) for moment in local)
            day += _DAY
        # Clocks are put on and back at a whole hour, and may then show that of another tariff.
        hour = since.replace(minute=0, second=0, microsecond=0)
        while (hour := hour + _HOUR) < until:
            yield hour
