"""The plan of a year: what the calendar of a group does in each night, and what that makes by month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

import msgspec

from services.lighting_controller.domain.calendars.calendar import Calendars, Category, Interval, Plan
from services.lighting_controller.domain.calendars.programme import When
from services.lighting_controller.domain.daylight import SunEvent, noon, sun_event
from services.lighting_controller.domain.group import LuminaireGroup

_DAY: Final = timedelta(days=1)


class Change(msgspec.Struct, frozen=True):
    """From ``at`` on, a level in percent. ``by``: the step that says so, as it is written; "": as the night begins."""

    at: datetime
    level: int
    by: str


class NightPlan(msgspec.Struct, frozen=True):
    """A night, from noon to noon of the site's clocks, times UTC.

    Attributes:
        night: the date of its evening.
        programme: the name of the one that is followed.
        occasion: the special night that it is; None: none that has a name.
        changes: the first one when the night begins; neighbours differ.
    """

    night: date
    begins: datetime
    ends: datetime
    dusk: datetime
    dawn: datetime
    programme: str
    occasion: str | None
    changes: tuple[Change, ...]

    def intervals(self) -> Iterator[Interval]:
        """Its levels one after the other."""
        ends = (*(change.at for change in self.changes[1:]), self.ends)
        for change, end in zip(self.changes, ends, strict=True):
            yield Interval(change.at, end, change.level)


class LevelTime(msgspec.Struct, frozen=True):
    """How long a level is held, in seconds."""

    level: int
    seconds: float


class MonthPlan(msgspec.Struct, frozen=True):
    """What the nights of a month make, a night being of the month of its evening. Times of day by the site's clocks.

    Attributes:
        month: 1 to 12.
        earliest_on, latest_on: of the first lighting of a night, HH:MM; None: it is never lit.
        earliest_off, latest_off: of the last putting out.
        lit_s: seconds with light.
        dark_s: seconds without light between dusk and dawn.
        full_load_s: seconds at 100 % that would be as much light: the sum of level times time.
        levels: how long each level above 0 is held, the brightest first.
    """

    month: int
    earliest_on: str | None
    latest_on: str | None
    earliest_off: str | None
    latest_off: str | None
    lit_s: float
    dark_s: float
    full_load_s: float
    levels: tuple[LevelTime, ...]


class ZonePlan(msgspec.Struct, frozen=True):
    """An extinction zone that the group is of; ``begins``, ``ends``: its hours as they are written."""

    bylaw: str
    since: date
    until: date | None
    begins: str
    ends: str


class YearPlan(msgspec.Struct, frozen=True):
    """A year of a group, from noon of 1 January to noon of the next one."""

    group: str
    title: str
    calendar: str
    category: Category
    zone: str
    latitude: float
    longitude: float
    year: int
    extinctions: tuple[ZonePlan, ...]
    months: tuple[MonthPlan, ...]
    nights: tuple[NightPlan, ...]


def plan_year(group: LuminaireGroup, calendars: Calendars, year: int) -> YearPlan:
    """What the calendar of the group does in that year; the floor that the street keeps is not looked at."""
    plan = calendars.plan_of(group.id, group.site)
    first, days = date(year, 1, 1), (date(year + 1, 1, 1) - date(year, 1, 1)).days
    nights = tuple(plan_night(plan, first + number * _DAY) for number in range(days))
    months = ([night for night in nights if night.night.month == month] for month in range(1, 13))
    return YearPlan(
        group=group.id,
        title=group.title,
        calendar=plan.calendar.title,
        category=plan.calendar.category,
        zone=group.site.zone.key,
        latitude=round(group.site.latitude, 5),
        longitude=round(group.site.longitude, 5),
        year=year,
        extinctions=tuple(
            ZonePlan(zone.bylaw, zone.since, zone.until, _written(zone.begins), _written(zone.ends))
            for zone in calendars.bylaws.of(group.id)
        ),
        months=tuple(_month(each, plan) for each in months),
        nights=nights,
    )


def plan_night(plan: Plan, night: date) -> NightPlan:
    """What the calendar does from noon of that day to the next noon."""
    site, rule = plan.site, plan.calendar.rule_of(night)
    programme = plan.calendar.programme_of(night)
    names = {
        moment: _written(step.when)
        for step, moment in zip(programme.steps, programme.moments(site, night), strict=True)
    }
    changes: list[Change] = []
    for interval in plan.night(night):
        if not changes or changes[-1].level != interval.level:
            changes.append(Change(interval.since, interval.level, names.get(interval.since, "")))
    occasions = (occasion for occasion in (rule.occasions if rule else ()) if occasion.nights.holds(night))
    return NightPlan(
        night=night,
        begins=noon(night, site.zone),
        ends=noon(night + _DAY, site.zone),
        dusk=sun_event(site, SunEvent.DUSK, night),
        dawn=sun_event(site, SunEvent.DAWN, night),
        programme=programme.name,
        occasion=next((occasion.title for occasion in occasions), None),
        changes=tuple(changes),
    )


def _month(nights: Sequence[NightPlan], plan: Plan) -> MonthPlan:
    held: dict[int, timedelta] = {}
    dark = timedelta()
    for night in nights:
        for interval in night.intervals():
            held[interval.level] = held.get(interval.level, timedelta()) + (interval.until - interval.since)
            if interval.level == 0:
                overlap = min(interval.until, night.dawn) - max(interval.since, night.dusk)
                dark += max(overlap, timedelta())
    levels = sorted((level for level in held if level), reverse=True)
    ons, offs = _edges(nights, plan)
    return MonthPlan(
        month=nights[0].night.month,
        earliest_on=min(ons)[1] if ons else None,
        latest_on=max(ons)[1] if ons else None,
        earliest_off=min(offs)[1] if offs else None,
        latest_off=max(offs)[1] if offs else None,
        lit_s=sum(held[level].total_seconds() for level in levels),
        dark_s=dark.total_seconds(),
        full_load_s=sum(held[level].total_seconds() * level / 100 for level in levels),
        levels=tuple(LevelTime(level, held[level].total_seconds()) for level in levels),
    )


Edge = tuple[int, str]
"""Minutes of the clock since noon, and what it shows."""


def _edges(nights: Sequence[NightPlan], plan: Plan) -> tuple[list[Edge], list[Edge]]:
    """When each night is lit first, and put out last."""
    ons: list[Edge] = []
    offs: list[Edge] = []
    for night in nights:
        lit = [interval for interval in night.intervals() if interval.level > 0]
        if lit and lit[0].since > night.begins:
            ons.append(_edge(lit[0].since, plan))
        if lit and lit[-1].until < night.ends:
            offs.append(_edge(lit[-1].until, plan))
    return ons, offs


def _edge(moment: datetime, plan: Plan) -> Edge:
    local = moment.astimezone(plan.site.zone)
    return ((local.hour - 12) % 24) * 60 + local.minute, f"{local:%H:%M}"


def _written(when: When) -> str:
    return f"{when:%H:%M}" if isinstance(when, time) else str(when)
