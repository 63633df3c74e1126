"""Say beforehand what an override or an emergency would change; nothing is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from services.lighting_controller.domain.arbitrating import Wish
from services.lighting_controller.domain.calendar import Calendars
from services.lighting_controller.domain.flooring import floors_of
from services.lighting_controller.domain.order_wanted import BadOrder, WantedEmergency, WantedOverride, span_of_override
from services.lighting_controller.domain.override import Override
from services.lighting_controller.domain.previewing import Change, preview
from services.lighting_controller.storage.groups import Groups
from services.lighting_controller.storage.overrides import Overrides
from services.lighting_controller.storage.safety import Safety
from services.lighting_controller.use_cases.call_emergency import plan_emergency
from services.lighting_controller.use_cases.override_group import group_of, wanted_override
from shared.actor import Actor
from shared.runtime.database import Database, Transaction


class WishView(msgspec.Struct, frozen=True):
    """What somebody wants: ``by`` is a rule or person, or ``calendar`` or ``default``; ``level`` in percent."""

    source: str
    by: str
    reason: str
    group: str
    level: int
    until: datetime | None


class ChangeView(msgspec.Struct, frozen=True):
    """A luminaire: what it is to be at before and after, percent, and what decides afterwards.

    Attributes:
        floor: what the limits of its street leave of a lower level then; None: it is day.
    """

    luminaire: str
    before: int
    after: int
    source: str
    floor: int | None


class PreviewView(msgspec.Struct, frozen=True):
    """What would be done.

    Attributes:
        level: percent that is asked for.
        at: when it would first act, where the groups are lit or the sun is down.
        acts_at_once, never: whether that is at its start; whether it would end before.
        luminaires: all for which it is.
        changed: how many of them would be at another level.
        beats, beaten_by: what else is wanted of these luminaires then, the strongest first.
        ungrouped: luminaires that lie there and that nobody can command.
    """

    level: int
    starts_at: datetime
    ends_at: datetime
    at: datetime
    acts_at_once: bool
    never: bool
    groups: tuple[str, ...]
    luminaires: tuple[ChangeView, ...]
    changed: int
    beats: tuple[WishView, ...]
    beaten_by: tuple[WishView, ...]
    ungrouped: tuple[str, ...] = ()


def preview_override(
    database: Database, calendars: Calendars, safety: Safety, wanted: WantedOverride, actor: Actor, now: datetime
) -> PreviewView:
    """What an override would change.

    Raises:
        BadOrder, NotFound, Forbidden: as for asking for it.
    """
    span = span_of_override(wanted, now)
    if wanted.level is None:
        raise BadOrder(["level: an order without a level resumes the calendar; there is nothing to look at beforehand"])
    with database.transaction() as transaction:
        group = group_of(transaction, wanted.group, actor, "override")
        new = wanted_override(wanted, int(wanted.level), span, group, actor, now)
        return _preview(transaction, calendars, safety, [new])


def preview_emergency(
    database: Database, calendars: Calendars, safety: Safety, wanted: WantedEmergency, actor: Actor, now: datetime
) -> PreviewView:
    """What an emergency would change.

    Raises:
        BadOrder, NotFound, Forbidden: as for calling it.
    """
    with database.transaction() as transaction:
        planned = plan_emergency(transaction, wanted, actor, now)
        return _preview(transaction, calendars, safety, planned.parts, planned.reach.ungrouped)


def _preview(
    transaction: Transaction,
    calendars: Calendars,
    safety: Safety,
    new: Sequence[Override],
    ungrouped: tuple[str, ...] = (),
) -> PreviewView:
    names = {override.order.group for override in new}
    groups = Groups(transaction).get(Groups(transaction).sharing(names))
    begun = {override.id for override in new}
    others = [item for item in Overrides(transaction).living(groups) if item.id not in begun]
    found = preview(list(groups.values()), calendars, others, new)
    floors = floors_of(groups.values(), calendars, safety.survey(transaction), found.at)
    changes = tuple(_change(change, floors[change.luminaire]) for change in found.changes)
    by_id = {override.id: override for override in others}
    return PreviewView(
        level=new[0].order.level,
        starts_at=new[0].starts_at,
        ends_at=new[0].lease_until,
        at=found.at,
        acts_at_once=found.acts_at_once,
        never=found.never,
        groups=tuple(sorted(names)),
        luminaires=changes,
        changed=sum(change.before != change.after for change in changes),
        beats=tuple(_wish(wish, by_id) for wish in found.beats),
        beaten_by=tuple(_wish(wish, by_id) for wish in found.beaten_by),
        ungrouped=ungrouped,
    )


def _change(change: Change, floor: int | None) -> ChangeView:
    before, after = (max(wish.level, floor or 0) for wish in (change.before, change.after))
    return ChangeView(change.luminaire, before, after, change.after.source, floor)


def _wish(wish: Wish, overrides: dict[str, Override]) -> WishView:
    override = overrides.get(wish.by)
    if override is None:
        return WishView(wish.source, wish.by, "", wish.group, wish.level, None)
    order = override.order
    return WishView(wish.source, order.by, order.reason, wish.group, wish.level, override.lease_until)
