"""When the floor binds: at night, unless a bylaw puts the lights out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.lighting_controller.domain.calendars.calendar import Calendars, Plan
from services.lighting_controller.domain.daylight import Site, SunEvent, night_of, sun_event
from services.lighting_controller.domain.envelope.limits import Survey
from services.lighting_controller.domain.group import LuminaireGroup
from services.lighting_controller.domain.road_class import RoadClass

_DAY: Final = timedelta(days=1)
TWILIGHT: Final = (SunEvent.DUSK, SunEvent.DAWN)
"""Between these it is night for streets, whatever their calendar says."""


@dataclass(frozen=True)
class Dark:
    """Whether it is night where a group stands, and whether a bylaw puts its lights out."""

    night: bool
    lifted: bool


def dark_of(group: LuminaireGroup, calendars: Calendars, now: datetime) -> Dark:
    """What holds of a group then."""
    night = is_night(calendars.plan_of(group.id, group.site), now)
    return Dark(night, calendars.bylaws.allows_extinction(group.id, now, group.site))


def is_night(plan: Plan, now: datetime) -> bool:
    """From civil dusk to civil dawn at the plan's site, and whenever the calendar has the group lit."""
    dusk, dawn = (sun_event(plan.site, event, night_of(now, plan.site.zone)) for event in TWILIGHT)
    return dusk <= now < dawn or plan.is_lit_at(now)


def next_twilight(site: Site, after: datetime) -> datetime:
    """The next civil dusk or dawn."""
    night = night_of(after, site.zone)
    moments = [sun_event(site, event, night + days * _DAY) for days in (0, 1) for event in TWILIGHT]
    return min((moment for moment in moments if moment > after), default=after + _DAY)


def floor_in(groups: Iterable[Dark], road: RoadClass) -> int | None:
    """The floor of a luminaire of these groups, percent; None by day, when the sky lights the road."""
    around = list(groups)
    if not any(dark.night for dark in around):
        return None
    return 0 if any(dark.lifted for dark in around) else road.floor


def floors_of(
    groups: Iterable[LuminaireGroup], calendars: Calendars, surveyed: Survey, now: datetime
) -> dict[str, int | None]:
    """The floor of each luminaire of these groups; give all groups of a luminaire, each may lift it."""
    around = defaultdict[str, list[Dark]](list)
    for group in groups:
        dark = dark_of(group, calendars, now)
        for luminaire in group.luminaires:
            around[luminaire].append(dark)
    return {luminaire: floor_in(found, surveyed.class_of(luminaire)) for luminaire, found in around.items()}
