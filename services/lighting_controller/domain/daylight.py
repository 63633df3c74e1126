"""When the sun sets and rises at a place, night by night; the one module that knows astral.

A night runs from noon to noon of the site's clocks and has the name of the day on which it begins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

import astral.sun
from astral import Observer

_DAY: Final = timedelta(days=1)
_SECOND: Final = timedelta(seconds=1)
_NOON: Final = time(12)


class SunEvent(StrEnum):
    """Sunset and sunrise: the sun's upper edge at the horizon. Dusk and dawn: civil, its centre 6 degrees below."""

    SUNSET = "sunset"
    DUSK = "dusk"
    DAWN = "dawn"
    SUNRISE = "sunrise"

    @property
    def is_evening(self) -> bool:
        return self in (SunEvent.SUNSET, SunEvent.DUSK)


@dataclass(frozen=True)
class Site:
    """A place on earth, degrees of WGS 84, and the zone of its clocks."""

    latitude: float
    longitude: float
    zone: ZoneInfo


_ASTRAL: Final[Mapping[SunEvent, Callable[..., datetime]]] = MappingProxyType(
    {
        SunEvent.SUNSET: astral.sun.sunset,
        SunEvent.DUSK: astral.sun.dusk,
        SunEvent.DAWN: astral.sun.dawn,
        SunEvent.SUNRISE: astral.sun.sunrise,
    }
)
# Elevation of the sun's centre at the event, degrees; at the horizon with refraction and the sun's radius.
_ELEVATION: Final[Mapping[SunEvent, float]] = MappingProxyType(
    {SunEvent.SUNSET: -0.833, SunEvent.DUSK: -6.0, SunEvent.DAWN: -6.0, SunEvent.SUNRISE: -0.833}
)


def noon(day: date, zone: ZoneInfo) -> datetime:
    """Noon of the zone's clocks on that day, UTC."""
    return datetime.combine(day, _NOON, zone).astimezone(UTC)


def night_of(moment: datetime, zone: ZoneInfo) -> date:
    """The day on which the night that contains the moment begins."""
    local = moment.astimezone(zone)
    return local.date() if local.time() >= _NOON else local.date() - _DAY


@lru_cache(maxsize=8192)
def sun_event(site: Site, event: SunEvent, night: date) -> datetime:
    """When it happens in that night, UTC, to the second.

    Where the sun does not sink that low, the night has no length and all events meet when the sun is lowest; where it
    does not rise that high, the night lasts from noon to noon.
    """
    begin, end = noon(night, site.zone), noon(night + _DAY, site.zone)
    likely = night if event.is_evening else night + _DAY
    for utc_day in (likely, likely - _DAY, likely + _DAY):
        moment = _on(site, event, utc_day)
        if moment is not None and begin <= moment < end:
            return moment
    return _passed(site, event, begin, end)


def _passed(site: Site, event: SunEvent, begin: datetime, end: datetime) -> datetime:
    """When the sun passes the event's elevation, found by halving; where it doesn't in that night, its nearer end.

    An event near midnight UTC is some day on no UTC day, or on two: at Saint-Pierre-et-Miquelon the dusk of a July day.
    """
    observer = Observer(site.latitude, site.longitude)
    days = (begin.date() + number * _DAY for number in range(3))
    midnights = (astral.sun.midnight(observer, day, tzinfo=UTC) for day in days)
    lowest = next((moment for moment in midnights if begin <= moment < end), end)

    def is_down(moment: datetime) -> bool:
        return bool(astral.sun.elevation(observer, moment, with_refraction=False) <= _ELEVATION[event])

    if not is_down(lowest):
        return lowest
    above, below = (begin, lowest) if event.is_evening else (end, lowest)
    if is_down(above):
        return above
    while abs(below - above) > _SECOND:
        middle = above + (below - above) / 2
        above, below = (above, middle) if is_down(middle) else (middle, below)
    return below.replace(microsecond=0)


def _on(site: Site, event: SunEvent, utc_day: date) -> datetime | None:
    try:
        moment = _ASTRAL[event](Observer(site.latitude, site.longitude), utc_day, tzinfo=UTC)
    except ValueError:  # astral's word for: not on that day
        return None
    return moment.replace(microsecond=0)
