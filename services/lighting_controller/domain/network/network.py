"""Where each luminaire stands: the cabinet that feeds it, the gateway that reaches it, and the sun there."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from msgspec import Struct

from services.lighting_controller.domain.daylight import Site, SunEvent, night_of, sun_event
from services.lighting_controller.domain.fixture import fixtures_in
from services.lighting_controller.domain.group import groups_in
from services.lighting_controller.domain.network.cabinet import Cabinet, Cabinets
from shared.model.registry import Inventory

_DAYLIGHT_MARGIN: Final = timedelta(minutes=30)
"""Rule L3 of the lighting department: by day means from 30 minutes after sunrise to 30 minutes before sunset."""


class Circumstances(Struct, frozen=True):
    """What of its surroundings matters for a luminaire at a moment.

    Attributes:
        by_day: the sun is up for half an hour at least, before and behind.
        expected_from: from when on it is expected to answer, past or to come; None: it always is.
    """

    by_day: bool = False
    expected_from: datetime | None = None

    def is_expected(self, now: datetime) -> bool:
        """Whether it ought to answer."""
        return self.expected_from is None or self.expected_from <= now


_NO_CIRCUMSTANCES: Final = Circumstances()


@dataclass(frozen=True, eq=False)
class _Place:
    """What is the same for all luminaires of one cabinet under one sun. There is one of it: it is found by itself."""

    sun: Site
    cabinet: Cabinet


class Network:
    """What the registry and the file of cabinets say together. Immutable: a new revision is a new network.

    Attributes:
        by_gateway: how many luminaires each reaches.
    """

    def __init__(self, inventory: Inventory, cabinets: Cabinets) -> None:
        self._cabinets = cabinets
        sites = {fixture.luminaire: fixture.site for fixture in fixtures_in(inventory)}
        fed_by = {site: cabinets.of(site) for site in {None, *sites.values()}}
        self._fed_by = {luminaire: fed_by[site] for luminaire, site in sites.items()}
        self._places: dict[str, _Place] = {}
        places: dict[tuple[Site, Cabinet], _Place] = {}
        for group in groups_in(inventory):
            for luminaire in group.luminaires:
                cabinet = self.cabinet_of(luminaire)
                place = places.setdefault((group.site, cabinet), _Place(group.site, cabinet))
                self._places.setdefault(luminaire, place)
        self.by_gateway = Counter(map(self.gateway_of, self._places))

    def cabinet_of(self, luminaire: str) -> Cabinet:
        """The one that feeds it."""
        return self._fed_by.get(luminaire) or self._cabinets.of(None)

    def gateway_of(self, luminaire: str) -> str:
        """The one that reaches it."""
        return self.cabinet_of(luminaire).gateway

    def around(self, luminaire: str, now: datetime) -> Circumstances:
        """What matters for it at a moment; of one that is not known nothing does."""
        place = self._places.get(luminaire)
        return _NO_CIRCUMSTANCES if place is None else _around(place, now)


# Thousands of luminaires are looked at in one moment under one sun.
@lru_cache(maxsize=1024)
def _around(place: _Place, now: datetime) -> Circumstances:
    return Circumstances(_is_day(place.sun, now), place.cabinet.expects_from(place.sun, now))


def _is_day(sun: Site, now: datetime) -> bool:
    night = night_of(now, sun.zone)
    after = sun_event(sun, SunEvent.SUNRISE, night) + _DAYLIGHT_MARGIN <= now
    return after or now < sun_event(sun, SunEvent.SUNSET, night) - _DAYLIGHT_MARGIN


NOWHERE: Final = Network(Inventory(), Cabinets())
"""Of luminaires that nothing is known about: they have always power, and no day."""
