"""Cabinets that feed luminaires, gateways that reach them, and when a cabinet has power."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from services.lighting_controller.domain.daylight import Site, SunEvent, night_of, sun_event

GRACE: Final = timedelta(minutes=10)
"""After power returns: controllers of luminaires boot and join their network within minutes (LoRaWAN class C: the
longest back-off of a join is a few minutes), and reports that were not due before are not missed."""
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Gateway:
    """What commands go through.

    Attributes:
        per_second: how many commands may leave through it in a second; None: as many as the driver bears.
    """

    id: str
    per_second: int | None = None


@dataclass(frozen=True)
class Cabinet:
    """A cabinet (a site of the registry).

    Attributes:
        off_by_day: its contactor cuts the power from sunrise to sunset: its luminaires can't answer then.
        gateway: id of the one that reaches its luminaires.
        grace: for how long after power returns nobody is called silent.
    """

    id: str
    gateway: str
    off_by_day: bool = False
    grace: timedelta = GRACE

    def expects_from(self, sun: Site, now: datetime) -> datetime | None:
        """From when on its luminaires are expected to answer: past or to come; None: they always are.

        Args:
            sun: where it stands.
        """
        if not self.off_by_day:
            return None
        night = night_of(now, sun.zone)
        if now >= sun_event(sun, SunEvent.SUNRISE, night):
            night += _DAY
        return sun_event(sun, SunEvent.SUNSET, night) + self.grace

    def without_power(self, sun: Site, since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
        """When it has none between two moments, UTC: from when until before when.

        Args:
            sun: where it stands.
        """
        if not self.off_by_day:
            return []
        first = night_of(since, sun.zone) - _DAY
        nights = [first + number * _DAY for number in range((until - since) // _DAY + 3)]
        days = ((sun_event(sun, SunEvent.SUNRISE, it), sun_event(sun, SunEvent.SUNSET, it + _DAY)) for it in nights)
        cut = ((max(begin, since), min(end, until)) for begin, end in days)
        return [(begin, end) for begin, end in cut if begin < end]


@dataclass(frozen=True)
class Cabinets:
    """All cabinets that the city says something about, and the gateway of all others."""

    default_gateway: Gateway = Gateway("default")
    gateways: Mapping[str, Gateway] = field(default_factory=dict)
    by_site: Mapping[str, Cabinet] = field(default_factory=dict)

    def of(self, site: str | None) -> Cabinet:
        """The cabinet of that id; one that nothing is said about has always power."""
        known = None if site is None else self.by_site.get(site)
        return known or Cabinet(site or "", self.default_gateway.id)
