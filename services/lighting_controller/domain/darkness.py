"""Whether the sun is down at a place, from sunset to sunrise, whatever any calendar says."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from services.lighting_controller.domain.daylight import Site, SunEvent, night_of, sun_event

_DAY: Final = timedelta(days=1)
_NIGHTS: Final = 3
"""The next change lies in this night or in one of the next, except near the poles, where none is looked for."""


def is_dark(site: Site, moment: datetime) -> bool:
    """Whether the sun has set there and not risen yet."""
    night = night_of(moment, site.zone)
    return sun_event(site, SunEvent.SUNSET, night) <= moment < sun_event(site, SunEvent.SUNRISE, night)


def next_turn(site: Site, after: datetime) -> datetime | None:
    """The next sunset or sunrise; None: none in the next nights."""
    night = night_of(after, site.zone)
    turns = (
        sun_event(site, event, night + number * _DAY)
        for number in range(_NIGHTS)
        for event in (SunEvent.SUNSET, SunEvent.SUNRISE)
    )
    return min((turn for turn in turns if turn > after), default=None)
