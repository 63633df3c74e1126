"""In which nights a calendar has lights dark, or lit, where it may not.

There is no inventory here, so nights are looked at at both ends of metropolitan France: what holds at Marseille and at
Dunkirk holds between them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from services.lighting_controller.domain.calendars.bylaw import Bylaws
from services.lighting_controller.domain.calendars.calendar import Calendar, Plan
from services.lighting_controller.domain.calendars.programme import Programme, SunTime, moment_of
from services.lighting_controller.domain.daylight import Site, SunEvent, sun_event
from shared.civil_time import PARIS

_SITES: Final = (Site(43.2965, 5.3698, PARIS), Site(51.03, 2.37, PARIS))
_ONE: Final = time(1)
"""Decree of 27 December 2018 on light pollution: heritage and parks are put out at one o'clock at the latest; parks one
hour after they close, which only who writes the calendar knows."""

Span = tuple[datetime, datetime]
Check = Callable[[Plan, date], Iterable[Span]]


@dataclass(frozen=True)
class Found:
    """Something that may not be: in which night, from when on, and by which step (by its number) of which programme."""

    programme: Programme
    step: int
    site: Site
    night: date
    since: datetime
    until: datetime

    def __str__(self) -> str:
        begin, end = (moment.astimezone(self.site.zone) for moment in (self.since, self.until))
        return f"{self.night:%d/%m}, {begin:%H:%M}-{end:%H:%M}"


def dark_spans(plan: Plan, group: str, bylaws: Bylaws, night: date) -> Iterator[Span]:
    """When the plan has the group dark between dusk and dawn though no bylaw lets it."""
    dusk, dawn = (sun_event(plan.site, event, night) for event in (SunEvent.DUSK, SunEvent.DAWN))
    allowed = bylaws.hours(group, night, plan.site)
    for interval in plan.night(night):
        begin, end = max(interval.since, dusk), min(interval.until, dawn)
        if interval.level == 0 and begin < end:
            yield from _without(begin, end, allowed)


def lit_too_long(plan: Plan, night: date) -> Iterator[Span]:
    """When the plan has heritage lit before sunset or after one o'clock."""
    sunset, one = sun_event(plan.site, SunEvent.SUNSET, night), moment_of(_ONE, plan.site, night)
    for interval in plan.night(night):
        if interval.level > 0:
            yield from _without(interval.since, interval.until, [(sunset, one)])


def may_be_dark(programme: Programme) -> bool:
    """Whether its nights are worth a look: not if it is lit from dusk, or before, to dawn, or later."""
    first, *others = programme.steps
    zeros = [step.when for step in others if step.level == 0]
    begins = isinstance(first.when, SunTime) and first.when.event.is_evening and first.when.offset <= timedelta()
    ends = all(isinstance(w, SunTime) and not w.event.is_evening and w.offset >= timedelta() for w in zeros)
    return not (begins and ends and first.level > 0)


def first_of_each(calendar: Calendar, nights: Iterable[date], check: Check) -> Iterator[Found]:
    """The first night in which each step does what it may not."""
    seen: set[tuple[str, int]] = set()
    for night in nights:
        programme = calendar.programme_of(night)
        if not programme.steps:
            continue
        for site in _SITES:
            for since, until in check(Plan(calendar, site), night):
                step = _step_at(programme, site, night, since)
                if (programme.name, step) not in seen:
                    seen.add((programme.name, step))
                    yield Found(programme, step, site, night, since, until)


def _step_at(programme: Programme, site: Site, night: date, moment: datetime) -> int:
    """The step that has the light then; before the first one it is that one, which comes too late."""
    passed = sum(at <= moment for at in programme.moments(site, night))
    return max(passed - 1, 0)


def _without(begin: datetime, end: datetime, spans: Iterable[Span]) -> Iterator[Span]:
    """What is left of a span when others, in order, are cut out of it."""
    for since, until in spans:
        if since > begin:
            yield begin, min(since, end)
        begin = max(begin, until)
        if begin >= end:
            return
    yield begin, end
