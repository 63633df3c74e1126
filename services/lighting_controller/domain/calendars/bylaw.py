"""Where the mayor lets the lights be put out at night: extinction zones, by their bylaw and within its hours only.

No national law says when roads go dark; it is the mayor's power of police (Code general des collectivites
territoriales, L2212-2). Heritage and parks are no roads: the decree of 27 December 2018 even wants them dark.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from services.lighting_controller.domain.calendars.nights import Occasion
from services.lighting_controller.domain.calendars.programme import When, moment_of
from services.lighting_controller.domain.daylight import Site, night_of

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Extinction:
    """A zone that a bylaw lets be dark.

    Attributes:
        bylaw: its reference, as it is cited.
        since: the first night, by the date of its evening.
        until: the last night; None: until further notice.
        begins, ends: the hours, by the sun or the clock of the site.
        groups: the zone.
        lifted: special nights on which the lights stay on.
    """

    id: str
    bylaw: str
    since: date
    until: date | None
    begins: When
    ends: When
    groups: frozenset[str]
    lifted: tuple[Occasion, ...] = ()

    def is_in_force(self, night: date) -> bool:
        """Whether it counts in the night that begins on that date."""
        is_dated = self.since <= night and (self.until is None or night <= self.until)
        return is_dated and not any(occasion.nights.holds(night) for occasion in self.lifted)

    def hours(self, site: Site, night: date) -> tuple[datetime, datetime] | None:
        """From when until before when it may be dark in that night, UTC; None: not at all."""
        if not self.is_in_force(night):
            return None
        begins, ends = moment_of(self.begins, site, night), moment_of(self.ends, site, night)
        return (begins, ends) if begins < ends else None


@dataclass(frozen=True)
class Bylaws:
    """All that lets groups be dark at night.

    Attributes:
        unbound: groups that are heritage or parks, which may be dark at any hour.
    """

    extinctions: tuple[Extinction, ...] = ()
    unbound: frozenset[str] = frozenset()

    def allows_extinction(self, group: str, moment: datetime, site: Site) -> bool:
        """Whether the group may be put out then: 0 % is then no less than its floor."""
        if group in self.unbound:
            return True
        hours = self.hours(group, night_of(moment, site.zone), site)
        return any(begins <= moment < ends for begins, ends in hours)

    def next_change(self, group: str, site: Site, after: datetime) -> datetime | None:
        """When what is allowed may change next, in this night or the one after; None: not so soon."""
        night = night_of(after, site.zone)
        hours = (*self.hours(group, night, site), *self.hours(group, night + _DAY, site))
        return min((moment for pair in hours for moment in pair if moment > after), default=None)

    def of(self, group: str) -> list[Extinction]:
        """Those that name the group, in their order."""
        return [extinction for extinction in self.extinctions if group in extinction.groups]

    def hours(self, group: str, night: date, site: Site) -> list[tuple[datetime, datetime]]:
        """The hours in which the group may be dark in that night, UTC, by their begin."""
        found: Iterable[tuple[datetime, datetime] | None] = (item.hours(site, night) for item in self.of(group))
        return sorted(hours for hours in found if hours is not None)
