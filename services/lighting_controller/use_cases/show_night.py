"""Show how a night went for a group: what was planned, wanted, reported and used, by whose order, and what failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Any, Final

import msgspec

from services.lighting_controller.domain.calendars.calendar import Plan
from services.lighting_controller.domain.daylight import Site, SunEvent, night_of, noon, sun_event
from services.lighting_controller.domain.energy.billing import bills, together
from services.lighting_controller.domain.energy.course import Course, Meter, follow
from services.lighting_controller.domain.energy.energy import Slot, Use
from services.lighting_controller.domain.energy.level_change import LevelChange
from services.lighting_controller.domain.energy.luminaire_model import Curve
from services.lighting_controller.domain.energy.night import (
    Moment,
    Span,
    doings,
    faults_in,
    meter_at,
    moments,
    overrides_in,
)
from services.lighting_controller.domain.fixture import Fixture
from services.lighting_controller.domain.group import LuminaireGroup
from services.lighting_controller.domain.orders.override import Override
from services.lighting_controller.domain.retention import COURSE_KEPT
from services.lighting_controller.storage.energy_nights import EnergyNights
from services.lighting_controller.storage.fixtures import Fixtures
from services.lighting_controller.storage.groups import Groups
from services.lighting_controller.storage.level_changes import LevelChanges
from services.lighting_controller.storage.luminaires import Luminaires
from services.lighting_controller.storage.overrides import Overrides
from services.lighting_controller.use_cases.count_energy import EnergyBasis
from services.lighting_controller.use_cases.show_energy import NightView, night_view
from shared.errors import InputError
from shared.runtime.database import Database, Transaction

_DAY: Final = timedelta(days=1)


class PlannedView(msgspec.Struct, frozen=True):
    """The calendar's level from a moment on, percent; as the calendar is now, should it have been changed since."""

    at: datetime
    level: int


class OverrideSpan(msgspec.Struct, frozen=True):
    """An override that decided. ``by``: the rule or the person."""

    since: datetime
    until: datetime
    level: int | None
    source: str
    by: str
    reason: str


class FaultSpan(msgspec.Struct, frozen=True):
    """A luminaire that was faulty."""

    since: datetime
    until: datetime
    luminaire: str
    fault: str


class NightAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A night of a group, from noon to noon; what happened is known until ``known_until``.

    Attributes:
        full_w, calendar_w: watts of all luminaires at 100 %, and by level of the plan, for comparison.
        used: as far as it is counted.
    """

    group: str
    title: str
    calendar: str
    zone: str
    night: date
    since: datetime
    until: datetime
    known_until: datetime
    luminaires: int
    full_w: float
    sun: dict[str, datetime]
    plan: tuple[PlannedView, ...]
    calendar_w: tuple[float, ...]
    moments: tuple[Moment, ...]
    overrides: tuple[OverrideSpan, ...]
    faults: tuple[FaultSpan, ...]
    used: NightView


@dataclass(frozen=True)
class _Found:
    """What is stored of a night."""

    before: Mapping[str, Sequence[LevelChange]]
    changes: Mapping[str, Sequence[LevelChange]]
    later: Mapping[str, Sequence[LevelChange]]
    heard: Mapping[str, datetime | None]
    overrides: Mapping[str, Override]
    uses: Mapping[Slot, Use]
    groups_of: Mapping[str, tuple[str, ...]]
    fixtures: Mapping[str, Fixture]


def show_night(database: Database, basis: EnergyBasis, group_id: str, night: date | None, now: datetime) -> NightAnswer:
    """A night of a group; by default the last that is over.

    Raises:
        NotFound: no such group.
        InputError: the night has not begun, or is longer ago than changes are kept.
    """
    with database.transaction() as transaction:
        group = Groups(transaction).one(group_id)
        zone = group.site.zone
        night = night or night_of(now, zone) - _DAY
        since, until = noon(night, zone), noon(night + _DAY, zone)
        _check(night, since, now)
        known_until = min(until, now)
        found = _find(transaction, basis.fixtures, group, night, since, known_until)
    curves = {name: _curve(basis, found, name) for name in group.luminaires}
    courses = {name: _course(basis, found, name, group.site, since, known_until) for name in group.luminaires}
    plan = basis.calendars.plan_of(group.id, group.site)
    planned = _planned(plan, since, until)
    each = [list(doings(courses[name], curves[name], since, known_until)) for name in group.luminaires]
    return NightAnswer(
        group=group.id,
        title=group.title,
        calendar=plan.calendar.title,
        zone=zone.key,
        night=night,
        since=since,
        until=until,
        known_until=known_until,
        luminaires=len(group.luminaires),
        full_w=sum(curve.watts(100) for curve in curves.values()),
        sun={event.value: sun_event(group.site, event, night) for event in SunEvent},
        plan=planned,
        calendar_w=tuple(round(sum(curve.watts(step.level) for curve in curves.values()), 2) for step in planned),
        moments=tuple(moments(each)),
        overrides=tuple(
            _ordered(span, found) for span in overrides_in(found.before, found.changes, since, known_until)
        ),
        faults=tuple(FaultSpan(it.since, it.until, it.name, it.detail) for it in faults_in(courses, known_until)),
        used=night_view(together(bills(found.uses, basis.models.prices))),
    )


def _check(night: date, since: datetime, now: datetime) -> None:
    if since > now:
        raise InputError(f"la nuit du {night} n'a pas commencé / that night has not begun")
    if since < now - COURSE_KEPT:
        days = COURSE_KEPT.days
        raise InputError(f"le détail d'une nuit est gardé {days} jours / the details are kept for {days} days")


def _find(
    transaction: Transaction, fixtures: Fixtures, group: LuminaireGroup, night: date, since: datetime, until: datetime
) -> _Found:
    changes, names = LevelChanges(transaction), group.luminaires
    before, within = changes.before(names, since), changes.between(names, since, until)
    orders = {change.by for some in (before, within) for own in some.values() for change in own if change.by}
    return _Found(
        before,
        within,
        changes.next_lights(names, until),
        Luminaires(transaction).heard(names),
        Overrides(transaction).get(orders),
        EnergyNights(transaction).of_groups(night, night, group.id).get(group.id, {}),
        Groups(transaction).of_luminaires(names),
        fixtures.current(transaction),
    )


def _curve(by: EnergyBasis, found: _Found, luminaire: str) -> Curve:
    return by.models.of(luminaire, found.fixtures.get(luminaire), found.groups_of.get(luminaire, ())).curve


def _course(by: EnergyBasis, found: _Found, luminaire: str, sun: Site, since: datetime, until: datetime) -> Course:
    meter: Meter = meter_at(luminaire, since, found.before.get(luminaire, ()))
    changes = [*found.changes.get(luminaire, ()), *found.later.get(luminaire, ())]
    heard, off = found.heard.get(luminaire), by.off(found.fixtures.get(luminaire), sun, since, until)
    return follow(meter, changes, until, heard_at=heard, silent_after=by.silent_after, off=off)


def _planned(plan: Plan, since: datetime, until: datetime) -> tuple[PlannedView, ...]:
    ahead = takewhile(lambda interval: interval.since < until, plan.intervals(since))
    return tuple(PlannedView(interval.since, interval.level) for interval in ahead)


def _ordered(span: Span, found: _Found) -> OverrideSpan:
    known: Any = found.overrides.get(span.name)
    by, reason = (span.name, "") if known is None else (known.order.by, known.order.reason)
    return OverrideSpan(span.since, span.until, span.level, span.detail, by, reason)
