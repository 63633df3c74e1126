"""What a trial of a night knows without the controller: whether it is dark, what the calendars say, who has ordered
what, and so what every luminaire is to do once all delays are over.

Sun and calendars are the oracle's that walks minute by minute; arbitration and floor are worked out anew. Within the
minute of a step of a calendar, and within two seconds of a turn of the sun, nothing is sure: then it says so.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, Final

import astral.sun
from astral import Observer

from tests.component.lighting_controller.night.city import CALENDARS, DARK_HOURS, NOON, City, Lamp, Street
from tests.unit.services.lighting_controller.domain.calendars.walked import PARIS, walk

MINUTE: Final = timedelta(minutes=1)
_SURE: Final = timedelta(seconds=2)
_EVENING, _MORNING = NOON.astimezone(PARIS).date(), (NOON + timedelta(days=1)).astimezone(PARIS).date()
SOURCES: Final = ("emergency", "operator", "vital", "normal", "comfort", "calendar", "default")
"""The strongest first."""
URGENT: Final = ("emergency", "vital")


class Unsure(Exception):
    """It changes about now."""


@dataclass
class Ordered:
    """An order: from when until before when it holds, and whether it holds also while the calendar is dark."""

    source: str
    group: str
    level: int
    since: datetime
    until: datetime
    day: bool


@dataclass
class _Night:
    """One street's: sun and calendar."""

    sunset: datetime
    dusk: datetime
    dawn: datetime
    sunrise: datetime
    levels: list[int] = field(default_factory=list)


class Reckoning:
    """The night of one city."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.orders: dict[str, list[Ordered]] = defaultdict(list)
        self._nights = {name: _night(street) for name, street in city.streets.items()}
        begins, ends = (datetime.combine(_MORNING, time.fromisoformat(each), PARIS) for each in DARK_HOURS)
        self._dark_hours = begins.astimezone(NOON.tzinfo), ends.astimezone(NOON.tzinfo)
        self._touched = {name: self._turns(name) for name in city.streets}

    def level(self, street: str, at: datetime) -> int:
        """The calendar's; Unsure within the minute of a step."""
        minute, levels = (at - NOON) // MINUTE, self._nights[street].levels
        now, then = levels[minute], levels[min(minute + 1, len(levels) - 1)]
        if now != then:
            raise Unsure
        return now

    def floor(self, lamp: Lamp, at: datetime) -> int | None:
        """Percent; None by day; Unsure about the moments at which that changes."""
        nights = [self._nights[name] for name in lamp.groups]
        if any(abs(at - turn) <= _SURE for night in nights for turn in (night.dusk, night.dawn)):
            raise Unsure
        if not any(
            night.dusk <= at < night.dawn or self.level(name, at)
            for name, night in zip(lamp.groups, nights, strict=True)
        ):
            return None
        lifted = any(CALENDARS[self.city.streets[name].calendar]["id"] == "dark" for name in lamp.groups)
        if lifted and any(abs(at - turn) <= _SURE for turn in self._dark_hours):
            raise Unsure
        return 0 if lifted and self._dark_hours[0] <= at < self._dark_hours[1] else lamp.bounds.floor

    def wanted(self, lamp: Lamp, at: datetime) -> tuple[str, int]:
        """The source that wins, and its level."""
        wishes = [wish for name in lamp.groups for wish in self._wishes(name, at)]
        source = min((source for source, _ in wishes), key=SOURCES.index)
        return source, max(level for own, level in wishes if own == source)

    def _wishes(self, name: str, at: datetime) -> list[tuple[str, int]]:
        level, night = self.level(name, at), self._nights[name]
        wishes = [("calendar" if self.city.streets[name].calendar else "default", level)]
        for order in self.orders[name]:
            if not order.since <= at < order.until:
                continue
            dark = order.source == "emergency" and night.sunset <= at < night.sunrise
            if level or order.day or dark:
                wishes.append((order.source, order.level))
        return wishes

    def touch(self, name: str, *moments: datetime) -> None:
        """Something about the group changes then, by somebody's order."""
        for moment in moments:
            insort(self._touched[name], moment)

    def touched(self, lamp: Lamp, at: datetime) -> datetime:
        """When something about one of its groups changed last."""
        own = [self._touched[name] for name in lamp.groups]
        return max(moments[bisect_right(moments, at) - 1] for moments in own)

    def _turns(self, name: str) -> list[datetime]:
        night = self._nights[name]
        steps = [NOON + place * MINUTE for place, level in enumerate(night.levels) if level != night.levels[place - 1]]
        sun = (night.sunset, night.dusk, night.dawn, night.sunrise)
        return sorted({NOON - MINUTE, *steps, *sun, *self._dark_hours})


def _night(street: Street) -> _Night:
    sun = (_sun("sunset", street, _EVENING), _sun("dusk", street, _EVENING))
    night = _Night(*sun, _sun("dawn", street, _MORNING), _sun("sunrise", street, _MORNING))
    data: dict[str, Any] = {"calendars": [CALENDARS[street.calendar]]}
    night.levels = [level for _, level in walk(data, street.where, _EVENING, 1)]
    return night


def _sun(event: str, street: Street, day: Any) -> datetime:
    moment: datetime = getattr(astral.sun, event)(Observer(*street.where), day, tzinfo=NOON.tzinfo)
    return moment.replace(microsecond=0)
