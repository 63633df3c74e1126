"""The calendar of a group: which level it has through the night, by the sun and by the clock.

Steps stand in the order of the night, from noon to noon of the site's clocks. A step by the clock acts only between
the steps by the sun around it, so that ``05:30: 100 %`` before ``dawn: 0 %`` never lights a summer morning.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate, takewhile
from typing import Final

from services.lighting_controller.domain.daylight import Site, SunEvent, night_of, noon, sun_event

_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)
HORIZON: Final = timedelta(days=2)
"""How far ahead a plan is searched: every change that comes each night lies nearer."""


@dataclass(frozen=True)
class SunTime:
    """A sun event, and how much later (negative: earlier) the step comes."""

    event: SunEvent
    offset: timedelta = timedelta()


@dataclass(frozen=True)
class Step:
    """From ``when`` on, a level in percent. A clock time before noon is that of the next morning."""

    when: SunTime | time
    level: int


@dataclass(frozen=True)
class Calendar:
    """A programme for every night. Without steps the level is always 0."""

    id: str
    title: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Interval:
    """One level from ``since`` until before ``until``, UTC."""

    since: datetime
    until: datetime
    level: int


@dataclass(frozen=True)
class Plan:
    """A calendar at a site."""

    calendar: Calendar
    site: Site

    def intervals(self, since: datetime) -> Iterator[Interval]:
        """The levels from a moment on, without end; neighbours may have the same level."""
        night = night_of(since, self.site.zone)
        while True:
            for interval in _night(self.calendar, self.site, night):
                if interval.until > since:
                    yield Interval(max(since, interval.since), interval.until, interval.level)
            night += _DAY

    def level_at(self, moment: datetime) -> int:
        """Percent."""
        return next(self.intervals(moment)).level

    def is_lit_at(self, moment: datetime) -> bool:
        """Whether the calendar has the group lit then."""
        return self.level_at(moment) > 0

    def next_change(self, after: datetime) -> datetime | None:
        """When another level begins; None if none does within ``HORIZON``."""
        level = self.level_at(after)
        ahead = takewhile(lambda interval: interval.since <= after + HORIZON, self.intervals(after))
        return next((interval.since for interval in ahead if interval.level != level), None)

    def lit_time(self, since: datetime, until: datetime) -> timedelta:
        """How long the calendar has the group lit between two moments."""
        between = takewhile(lambda interval: interval.since < until, self.intervals(since))
        lit = (min(interval.until, until) - interval.since for interval in between if interval.level > 0)
        return sum(lit, timedelta())

    def when_lit_for(self, since: datetime, wanted: timedelta) -> datetime | None:
        """When the group has been lit that long, counted from a moment; None if not within ``HORIZON``."""
        ahead = takewhile(lambda interval: interval.since <= since + HORIZON, self.intervals(since))
        for interval in ahead:
            if interval.level > 0:
                if interval.until - interval.since >= wanted:
                    return interval.since + wanted
                wanted -= interval.until - interval.since
        return None


@dataclass(frozen=True)
class Calendars:
    """Which calendar each group follows, and the one of all other groups."""

    default: Calendar
    by_group: Mapping[str, Calendar]

    def plan_of(self, group: str, site: Site) -> Plan:
        """The plan of a group that stands at a site."""
        return Plan(self.by_group.get(group, self.default), site)


@lru_cache(maxsize=2048)
def _night(calendar: Calendar, site: Site, night: date) -> tuple[Interval, ...]:
    since, end = noon(night, site.zone), noon(night + _DAY, site.zone)
    level = calendar.steps[-1].level if calendar.steps else 0
    intervals = []
    for step, moment in zip(calendar.steps, _moments(calendar, site, night), strict=True):
        if moment > since:
            intervals.append(Interval(since, moment, level))
            since = moment
        level = step.level
    if end > since:
        intervals.append(Interval(since, end, level))
    return tuple(intervals)


def _moments(calendar: Calendar, site: Site, night: date) -> list[datetime]:
    """When each step comes in that night, never earlier than the step before it."""
    begin, end = noon(night, site.zone), noon(night + _DAY, site.zone)
    wanted = [min(max(_wanted(step, site, night), begin), end) for step in calendar.steps]
    suns = [isinstance(step.when, SunTime) for step in calendar.steps]
    floors = list(accumulate((moment if sun else begin for moment, sun in zip(wanted, suns, strict=True)), max))
    later_suns = (moment if sun else end for moment, sun in zip(reversed(wanted), reversed(suns), strict=True))
    ceilings = list(reversed(list(accumulate(later_suns, min))))
    return [
        floor if sun else min(max(moment, floor), max(ceiling, floor))
        for moment, sun, floor, ceiling in zip(wanted, suns, floors, ceilings, strict=True)
    ]


def _wanted(step: Step, site: Site, night: date) -> datetime:
    if isinstance(step.when, SunTime):
        return sun_event(site, step.when.event, night) + step.when.offset
    return _when_clocks_show(step.when, night if step.when.hour >= 12 else night + _DAY, site)


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
