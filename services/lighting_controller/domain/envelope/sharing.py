"""How many luminaires of a zone may still change within this minute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from services.lighting_controller.domain.envelope.limits import Survey

MINUTE: Final = timedelta(minutes=1)


class Shares:
    """What the zones have used of their allowance at a moment; those who ask one after the other share what is left.

    A luminaire counts once in a minute however often it changes, and in all its zones.

    Args:
        changed: when each luminaire changed that did within the last minute, without changes that are exempt.
    """

    def __init__(self, survey: Survey, changed: Mapping[str, datetime], now: datetime) -> None:
        self._survey = survey
        self._now = now
        self._counted: dict[str, dict[str, datetime]] = {}
        self._frees: dict[str, list[datetime]] = {}
        self._waiting = Counter[str]()
        for luminaire, at in changed.items():
            if at > now - MINUTE:
                self._count(luminaire, at)

    def room_at(self, luminaire: str) -> datetime | None:
        """When this luminaire may change: None: now. Who is told a moment waits, before those who ask later."""
        full = [zone for zone in self._survey.zones.get(luminaire, ()) if not self._has_room(zone, luminaire)]
        return max((self._turn(zone) for zone in full), default=None)

    def take(self, luminaire: str) -> None:
        """It changes now."""
        self._count(luminaire, self._now)

    def _has_room(self, zone: str, luminaire: str) -> bool:
        counted = self._counted.get(zone, {})
        return luminaire in counted or len(counted) < self._survey.allowances[zone]

    def _turn(self, zone: str) -> datetime:
        """When the place frees for which it is next in the row; the last place of all for who is far behind."""
        # Sorted once for the thousands that wait, not for each.
        frees = self._frees.get(zone) or self._frees.setdefault(zone, sorted(self._counted[zone].values()))
        place = min(self._waiting[zone], len(frees) - 1)
        self._waiting[zone] += 1
        return frees[place] + MINUTE

    def _count(self, luminaire: str, at: datetime) -> None:
        for zone in self._survey.zones.get(luminaire, ()):
            self._counted.setdefault(zone, {})[luminaire] = at
            self._frees.pop(zone, None)
