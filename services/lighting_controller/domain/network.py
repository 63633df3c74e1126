"""Where each luminaire stands: the cabinet that feeds it, the gateway that reaches it, and the sun there."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from msgspec import Struct

from services.lighting_controller.domain.cabinet import Cabinet, Cabinets
from services.lighting_controller.domain.daylight import Site, SunEvent, night_of, sun_event
from services.lighting_controller.domain.fixture import fixtures_in
from services.lighting_controller.domain.group import groups_in
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


class Network:
    """What the registry and the file of cabinets say together. Immutable: a new revision is a new network."""

    def __init__(self, inventory: Inventory, cabinets: Cabinets) -> None:
        self._cabinets = cabinets
        self._sites = {fixture.luminaire: fixture.site for fixture in fixtures_in(inventory)}
        self._suns: dict[str, Site] = {}
        for group in groups_in(inventory):
            for luminaire in group.luminaires:
                self._suns.setdefault(luminaire, group.site)

    def cabinet_of(self, luminaire: str) -> Cabinet:
        """The one that feeds it."""
        return self._cabinets.of(self._sites.get(luminaire))

    def gateway_of(self, luminaire: str) -> str:
        """The one that reaches it."""
        return self.cabinet_of(luminaire).gateway

    def around(self, luminaire: str, now: datetime) -> Circumstances:
        """What matters for it at a moment; of one that is not known nothing does."""
        sun = self._suns.get(luminaire)
        if sun is None:
            return Circumstances()
        return Circumstances(_is_day(sun, now), self.cabinet_of(luminaire).expects_from(sun, now))


# Thousands of luminaires are looked at in one moment under one sun.
@lru_cache(maxsize=1024)
def _is_day(sun: Site, now: datetime) -> bool:
    night = night_of(now, sun.zone)
    after = sun_event(sun, SunEvent.SUNRISE, night) + _DAYLIGHT_MARGIN <= now
    return after or now < sun_event(sun, SunEvent.SUNSET, night) - _DAYLIGHT_MARGIN


NOWHERE: Final = Network(Inventory(), Cabinets())
"""Of luminaires that nothing is known about: they have always power, and no day."""
