"""What a luminaire does by itself when it hears nothing of its controller: its calendar for the coming nights, no less
than the floor of its road, as instants in UTC, so that it needs a clock and nothing else."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Final

from services.lighting_controller.domain.arbitrating import decide
from services.lighting_controller.domain.calendars.calendar import Calendars
from services.lighting_controller.domain.daylight import night_of, noon, sun_event
from services.lighting_controller.domain.envelope.flooring import TWILIGHT, dark_of, floor_in
from services.lighting_controller.domain.group import LuminaireGroup
from services.lighting_controller.domain.orders.wishing import wishes_of
from services.lighting_controller.domain.road_class import RoadClass

_DAY: Final = timedelta(days=1)
NIGHTS: Final = 7
"""How many nights are uploaded, the present one among them: a cabinet that is cut off is seen to within a week."""

ALONE_AFTER: Final = timedelta(minutes=10)
"""A luminaire that heard nothing of its controller for so long follows its programme."""

DEFAULT_LIGHT_STATE: Final = 100
"""Percent; of a luminaire that obeys no command and has no programme, or whose programme has ended (TALQ's default)."""


@dataclass(frozen=True)
class KeptStep:
    """From ``at`` (UTC) on, a level in percent."""

    at: datetime
    level: int


@dataclass(frozen=True)
class KeptProgramme:
    """The programme of one luminaire.

    Attributes:
        steps: in the order of their times.
        until: it ends then, UTC; None: there is none.
    """

    luminaire: str
    steps: tuple[KeptStep, ...] = ()
    until: datetime | None = None

    def level_at(self, moment: datetime) -> int:
        """Percent; before its first step and after its end the default."""
        if self.until is None or moment >= self.until:
            return DEFAULT_LIGHT_STATE
        place = bisect_right(self.steps, moment, key=lambda step: step.at)
        return self.steps[place - 1].level if place else DEFAULT_LIGHT_STATE


@dataclass(frozen=True)
class Nights:
    """What luminaires of the same groups and road class do from noon to noon.

    Attributes:
        renew_at: the noon after which another night is to be added, UTC.
    """

    steps: tuple[KeptStep, ...]
    until: datetime
    renew_at: datetime

    def of(self, luminaire: str) -> KeptProgramme:
        """The programme of one of them."""
        return KeptProgramme(luminaire, self.steps, self.until)


def nights_of(groups: Sequence[LuminaireGroup], calendars: Calendars, road: RoadClass, now: datetime) -> Nights:
    """The coming nights of luminaires that are in all of these groups and on such a road, without any override.

    They begin at the noon before ``now``: asked twice on one day, the answer is the same.
    """
    zone = groups[0].site.zone
    night = night_of(now, zone)
    since, until = noon(night, zone), noon(night + NIGHTS * _DAY, zone)
    moments = {moment for group in groups for moment in _changes(group, calendars, since, until)}
    steps: list[KeptStep] = []
    for moment in sorted(moments):
        level = _level(groups, calendars, road, moment)
        if not steps or steps[-1].level != level:
            steps.append(KeptStep(moment, level))
    return Nights(tuple(steps), until, noon(night + _DAY, zone))


def _level(groups: Sequence[LuminaireGroup], calendars: Calendars, road: RoadClass, moment: datetime) -> int:
    wished = decide(wish for group in groups for wish in wishes_of(group, calendars, (), moment)).winner.level
    floor = floor_in((dark_of(group, calendars, moment) for group in groups), road)
    return max(wished, floor or 0)


def _changes(group: LuminaireGroup, calendars: Calendars, since: datetime, until: datetime) -> Iterator[datetime]:
    """When its calendar or its floor may change, the beginning among them."""
    intervals = calendars.plan_of(group.id, group.site).intervals(since)
    yield from (interval.since for interval in takewhile(lambda interval: interval.since < until, intervals))
    first = night_of(since, group.site.zone)
    for night in (first + number * _DAY for number in range(NIGHTS)):
        twilights = [sun_event(group.site, event, night) for event in TWILIGHT]
        hours = [moment for pair in calendars.bylaws.hours(group.id, night, group.site) for moment in pair]
        yield from (moment for moment in (*twilights, *hours) if since <= moment < until)
