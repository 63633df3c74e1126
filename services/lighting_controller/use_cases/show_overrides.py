"""Show the overrides and emergencies that stand: who asked, why, until when, and how much lit time is used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from services.lighting_controller.domain.calendars.calendar import Calendars, Plan
from services.lighting_controller.domain.group import LuminaireGroup
from services.lighting_controller.domain.orders.counting import advance
from services.lighting_controller.domain.orders.emergency import Emergency, luminaires_of
from services.lighting_controller.domain.orders.override import Override
from services.lighting_controller.storage.emergencies import Emergencies
from services.lighting_controller.storage.groups import Groups
from services.lighting_controller.storage.overrides import Overrides
from shared.runtime.database import Database


class OverrideView(msgspec.Struct, frozen=True):
    """An override that has not ended.

    Attributes:
        rule: empty for a person's.
        state: ``scheduled``, ``acting`` or ``used-up``; one that acts changes nothing by day unless ``day``.
        lease_until: it ends then unless renewed.
        used_s, at_most_s: lit time, seconds.
        emergency: id of the emergency of which it is a part; None: of none.
        luminaires: how many of its group it is for; None: for all.
    """

    override: str
    group: str
    source: str
    rule: str
    by: str
    reason: str
    level: int
    day: bool
    state: str
    starts_at: datetime
    lease_until: datetime
    used_s: float
    at_most_s: float | None
    emergency: str | None = None
    luminaires: int | None = None


class EmergencyView(msgspec.Struct, frozen=True):
    """An emergency.

    Attributes:
        state: ``to-come``, ``in-force``, or ``over``.
        where: names of area and groups, for people.
        until: when it ends, or ended, by itself or because somebody ended it.
        groups: those that it cuts.
        luminaires: how many it reaches.
    """

    emergency: str
    by: str
    reason: str
    level: int
    day: bool
    state: str
    where: str
    starts_at: datetime
    until: datetime
    ended_at: datetime | None
    groups: tuple[str, ...]
    luminaires: int


class OverridesView(msgspec.Struct, frozen=True):
    """All that stands."""

    overrides: tuple[OverrideView, ...]
    emergencies: tuple[EmergencyView, ...]


def show_overrides(database: Database, calendars: Calendars, now: datetime) -> OverridesView:
    """Overrides by group, and emergencies, their parts among the overrides."""
    with database.transaction() as transaction:
        groups = Groups(transaction).all()
        living = Overrides(transaction).all_living()
        emergencies = Emergencies(transaction).living(now)
    plans = {group.id: calendars.plan_of(group.id, group.site) for group in groups.values()}
    shown = [override_view(item, plans.get(item.order.group), now) for item in living if item.lease_until > now]
    return OverridesView(
        tuple(sorted(shown, key=lambda view: (view.group, view.override))),
        tuple(emergency_view(item, living, groups, now) for item in emergencies),
    )


def show_emergency(database: Database, identifier: str, now: datetime) -> EmergencyView:
    """One, also when it is over.

    Raises:
        NotFound: no such emergency.
    """
    with database.transaction() as transaction:
        emergency = Emergencies(transaction).get(identifier)
        parts = Overrides(transaction).of_emergency(identifier)
        groups = Groups(transaction).get({part.order.group for part in parts})
    if emergency.is_living(now):
        parts = [part for part in parts if not part.standing.has_ended]
    return emergency_view(emergency, parts, groups, now)


def override_view(override: Override, plan: Plan | None, now: datetime) -> OverrideView:
    """One override at ``now``."""
    order, advanced = override.order, advance(override, now, plan).override
    return OverrideView(
        override=override.id,
        group=order.group,
        source=order.source,
        rule=order.rule,
        by=order.by,
        reason=order.reason,
        level=order.level,
        day=order.day,
        state=override.standing,
        starts_at=override.starts_at,
        lease_until=override.lease_until,
        used_s=advanced.used.total_seconds(),
        at_most_s=None if order.at_most is None else order.at_most.total_seconds(),
        emergency=order.emergency or None,
        luminaires=None if order.luminaires is None else len(order.luminaires),
    )


def emergency_view(
    emergency: Emergency, overrides: Iterable[Override], groups: Mapping[str, LuminaireGroup], now: datetime
) -> EmergencyView:
    """One emergency; its parts are found among the overrides."""
    parts = [item.order for item in overrides if item.order.emergency == emergency.id]
    state = "over" if not emergency.is_living(now) else "in-force" if emergency.starts_at <= now else "to-come"
    return EmergencyView(
        emergency=emergency.id,
        by=emergency.by,
        reason=emergency.reason,
        level=emergency.level,
        day=emergency.day,
        state=state,
        where=emergency.scope.in_words(),
        starts_at=emergency.starts_at,
        until=emergency.ended_at or emergency.lease_until,
        ended_at=emergency.ended_at,
        groups=tuple(sorted(order.group for order in parts)),
        luminaires=len(luminaires_of(parts, groups)),
    )
