"""The calendar of a group: which programme it has in which night (TALQ: calendar, calendar rule).

Rules are asked in their order, and the first that is for a night gives its programme; else it is the ordinary one. A
night is counted from noon to noon of the site's clocks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import takewhile
from typing import Final

from services.lighting_controller.domain.calendars.bylaw import Bylaws
from services.lighting_controller.domain.calendars.nights import Nights, Occasion
from services.lighting_controller.domain.calendars.programme import Programme, Step, SunTime
from services.lighting_controller.domain.daylight import Site, night_of, noon
from shared.problems import Problem

__all__ = ["HORIZON", "ORDINARY", "Calendar", "Calendars", "Category", "DayRule", "Interval", "Plan", "Step", "SunTime"]

_DAY: Final = timedelta(days=1)
HORIZON: Final = timedelta(days=2)
"""How far ahead a plan is searched: every change that comes each night lies nearer."""
ORDINARY: Final = "ordinaire"
"""The name of the programme of the nights that no rule is for."""


class Category(StrEnum):
    """What the law sees in the lights: a public way, or (decree of 27 December 2018) heritage or a park."""

    ROAD = "road"
    HERITAGE = "heritage"
    PARK = "park"


@dataclass(frozen=True)
class DayRule:
    """The programme of some nights; ``occasion``: the special night that it is for, if it is for such."""

    nights: Nights
    programme: Programme
    occasions: tuple[Occasion, ...] = ()


@dataclass(frozen=True, eq=False)
class Calendar:
    """The programme of every night. It is compared by identity, which makes it a cheap key of what is worked out.

    Attributes:
        steps: of the ordinary programme.
        days: rules in their order.
    """

    id: str
    title: str
    steps: tuple[Step, ...]
    days: tuple[DayRule, ...] = ()
    category: Category = Category.ROAD

    @property
    def programmes(self) -> tuple[Programme, ...]:
        """All, the ordinary one first, each once."""
        return tuple(dict.fromkeys((Programme(ORDINARY, self.steps), *(rule.programme for rule in self.days))))

    def rule_of(self, night: date) -> DayRule | None:
        """The first rule that is for the night; None: it is an ordinary one."""
        return next((rule for rule in self.days if rule.nights.holds(night)), None)

    def programme_of(self, night: date) -> Programme:
        """What is followed from noon of that day to the next noon."""
        rule = self.rule_of(night)
        return Programme(ORDINARY, self.steps) if rule is None else rule.programme


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

    def night(self, night: date) -> tuple[Interval, ...]:
        """The levels of one night, from noon to noon; neighbours may have the same level."""
        return _night(self.calendar, self.site, night)

    def intervals(self, since: datetime) -> Iterator[Interval]:
        """The levels from a moment on, without end; neighbours may have the same level."""
        night = night_of(since, self.site.zone)
        while True:
            for interval in self.night(night):
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
    """Which calendar each group follows, and the one of all other groups.

    Attributes:
        bylaws: by which groups may be dark at night.
        warnings: what their author should look at.
    """

    default: Calendar
    by_group: Mapping[str, Calendar]
    bylaws: Bylaws = field(default_factory=Bylaws)
    warnings: tuple[Problem, ...] = ()

    def plan_of(self, group: str, site: Site) -> Plan:
        """The plan of a group that stands at a site."""
        return Plan(self.by_group.get(group, self.default), site)


@lru_cache(maxsize=8192)
def _night(calendar: Calendar, site: Site, night: date) -> tuple[Interval, ...]:
    programme = calendar.programme_of(night)
    since, end = noon(night, site.zone), noon(night + _DAY, site.zone)
    # Until its first step a night goes on as the one before it ended.
    level = calendar.programme_of(night - _DAY).last_level if programme.steps else 0
    intervals = []
    for step, moment in zip(programme.steps, programme.moments(site, night), strict=True):
        if moment > since:
            intervals.append(Interval(since, moment, level))
            since = moment
        level = step.level
    if end > since:
        intervals.append(Interval(since, end, level))
    return tuple(intervals)
