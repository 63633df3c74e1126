"""What a luminaire's use is compared with: its calendar alone, and 100 % all night, hour by hour of each tariff."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Final

from services.lighting_controller.domain.calendars.calendar import Calendar, Calendars, Plan, Step, SunTime
from services.lighting_controller.domain.daylight import Site, SunEvent, night_of, noon
from services.lighting_controller.domain.energy.energy import Reference, Slot
from services.lighting_controller.domain.energy.pricing import Prices
from services.lighting_controller.domain.group import LuminaireGroup
from services.lighting_controller.domain.stepping import Steps, side_by_side

_DAY: Final = timedelta(days=1)
ALL_NIGHT: Final = Calendar("all-night", "100 %", (Step(SunTime(SunEvent.DUSK), 100), Step(SunTime(SunEvent.DAWN), 0)))
"""What lights do that nobody dims: on from civil dusk to civil dawn, as the default light state of TALQ has them."""


def references(
    groups: Sequence[LuminaireGroup], calendars: Calendars, prices: Prices, since: datetime, until: datetime
) -> Steps[Reference]:
    """What luminaires that belong to exactly these groups are counted against, from a moment until another.

    Of several calendars the brightest decides, and one that a group names goes before the default, as when they light.
    """
    site = groups[0].site
    named = [group for group in groups if group.id in calendars.by_group] or groups
    plans = [_levels(calendars.plan_of(group.id, group.site), since, until) for group in named]
    full = _levels(Plan(ALL_NIGHT, site), since, until)
    nights, tariffs = _nights(site, since, until), prices.tariffs(since, until, site.zone)
    pieces = side_by_side(since, until, nights, tariffs, full, *plans)
    return tuple(
        (begin, Reference(Slot(night, tariff), max(levels), most))
        for begin, _, (night, tariff, most, *levels) in pieces
    )


def _levels(plan: Plan, since: datetime, until: datetime) -> Steps[int]:
    ahead = takewhile(lambda interval: interval.since < until, plan.intervals(since))
    return tuple((interval.since, interval.level) for interval in ahead)


def _nights(site: Site, since: datetime, until: datetime) -> Steps[date]:
    return tuple(_each_night(site, since, until))


def _each_night(site: Site, since: datetime, until: datetime) -> Iterator[tuple[datetime, date]]:
    night = night_of(since, site.zone)
    while (begin := noon(night, site.zone)) < until:
        yield max(begin, since), night
        night += _DAY
