"""A programme: the levels of one night, by the sun and by the clock (TALQ: control program).

Steps stand in the order of the night, from noon to noon of the site's clocks. A step by the clock acts only between
the steps by the sun around it, so that ``05:30: 100 %`` before ``dawn: 0 %`` never lights a summer morning.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from typing import Final

from services.lighting_controller.domain.daylight import Site, SunEvent, noon, sun_event

_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class SunTime:
    """A sun event, and how much later (negative: earlier) the step comes."""

    event: SunEvent
    offset: timedelta = timedelta()

    def __str__(self) -> str:
        minutes = round(self.offset / _MINUTE)
        return f"{self.event} {'-' if minutes < 0 else '+'} {abs(minutes)} min" if minutes else str(self.event)


When = SunTime | time
"""A clock time before noon is that of the next morning."""


@dataclass(frozen=True)
class Step:
    """From ``when`` on, a level in percent."""

    when: When
    level: int


@dataclass(frozen=True)
class Programme:
    """The steps of a night. Without any the level is always 0.

    Attributes:
        name: as the author wrote it.
    """

    name: str
    steps: tuple[Step, ...]

    @property
    def last_level(self) -> int:
        """Percent at the end of the night, with which the next one begins."""
        return self.steps[-1].level if self.steps else 0

    def moments(self, site: Site, night: date) -> list[datetime]:
        """When each step comes in that night, UTC, never earlier than the step before it."""
        begin, end = noon(night, site.zone), noon(night + _DAY, site.zone)
        wanted = [moment_of(step.when, site, night) for step in self.steps]
        suns = [isinstance(step.when, SunTime) for step in self.steps]
        floors = list(accumulate((moment if sun else begin for moment, sun in zip(wanted, suns, strict=True)), max))
        later_suns = (moment if sun else end for moment, sun in zip(reversed(wanted), reversed(suns), strict=True))
        ceilings = list(reversed(list(accumulate(later_suns, min))))
        return [
            floor if sun else min(max(moment, floor), max(ceiling, floor))
            for moment, sun, floor, ceiling in zip(wanted, suns, floors, ceilings, strict=True)
        ]


def moment_of(when: When, site: Site, night: date) -> datetime:
    """When that is in the night, UTC; what would lie outside it is its nearer end."""
    begin, end = noon(night, site.zone), noon(night + _DAY, site.zone)
    if isinstance(when, SunTime):
        moment = sun_event(site, when.event, night) + when.offset
    else:
        moment = _when_clocks_show(when, night if when.hour >= 12 else night + _DAY, site)
    return min(max(moment, begin), end)


def _when_clocks_show(clock_time: time, day: date, site: Site) -> datetime:
    """The first moment of the day when clocks show that time, or a later one on the night when they skip it."""
    wanted = datetime.combine(day, clock_time)
    moment = wanted.replace(tzinfo=site.zone, fold=0).astimezone(UTC)
    if moment.astimezone(site.zone).replace(tzinfo=None) == wanted:
        return moment
    # The clocks skip it: read with the offset after the change it lies before the change.
    moment = wanted.replace(tzinfo=site.zone, fold=1).astimezone(UTC)
    while moment.astimezone(site.zone).replace(tzinfo=None) < wanted:
        moment += _MINUTE
    return moment
