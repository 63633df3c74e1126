"""Say beforehand what an override or an emergency would change, and how that goes; nothing is changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from services.lighting_controller.domain.arbitrating import Wish
from services.lighting_controller.domain.calendars.calendar import Calendars
from services.lighting_controller.domain.commanding.pacing import Paces
from services.lighting_controller.domain.commanding.watch import Watch
from services.lighting_controller.domain.envelope.flooring import floors_of
from services.lighting_controller.domain.envelope.limits import Survey
from services.lighting_controller.domain.orders.order_wanted import (
    BadOrder,
    WantedEmergency,
    WantedOverride,
    span_of_override,
)
from services.lighting_controller.domain.orders.override import Override
from services.lighting_controller.domain.previewing.foreseeing import Outset
from services.lighting_controller.domain.previewing.previewing import Change, Preview, preview
from services.lighting_controller.storage.groups import Groups
from services.lighting_controller.storage.overrides import Overrides
from services.lighting_controller.storage.safety import Safety
from services.lighting_controller.use_cases.act_on_due import UNPACED
from services.lighting_controller.use_cases.call_emergency import plan_emergency
from services.lighting_controller.use_cases.foretell_order import CourseView, foretell_order, outset_of
from services.lighting_controller.use_cases.hear_reports import PLAIN
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
        course: what happens minute by minute; None: nothing ever, or so late that nobody knows.
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
    course: CourseView | None = None


@dataclass(frozen=True)
class Present:
    """What the controller stands on when it is asked.

    Attributes:
        paces: how many messages may leave now.
        breathe: called often in what takes seconds for thousands of luminaires, so that others may work.
    """

    database: Database
    calendars: Calendars
    safety: Safety
    now: datetime
    watch: Watch = PLAIN
    paces: Paces = UNPACED
    breathe: Callable[[], None] = lambda: None


def preview_override(present: Present, wanted: WantedOverride, actor: Actor) -> PreviewView:
    """What an override would change.

    Raises:
        BadOrder, NotFound, Forbidden: as for asking for it.
    """
    now = present.now
    span = span_of_override(wanted, now)
    if wanted.level is None:
        raise BadOrder(["level: an order without a level resumes the calendar; there is nothing to look at beforehand"])
    with present.database.transaction() as transaction:
        group = group_of(transaction, wanted.group, actor, "override")
        seen = _look(transaction, present, [wanted_override(wanted, int(wanted.level), span, group, actor, now)])
    return _view(present, seen)


def preview_emergency(present: Present, wanted: WantedEmergency, actor: Actor) -> PreviewView:
    """What an emergency would change.

    Raises:
        BadOrder, NotFound, Forbidden: as for calling it.
    """
    with present.database.transaction() as transaction:
        planned = plan_emergency(transaction, wanted, actor, present.now)
        seen = _look(transaction, present, planned.parts)
    return _view(present, seen, planned.reach.ungrouped)


@dataclass(frozen=True)
class _Seen:
    """What one transaction saw: all the rest is reckoned when nobody waits for its locks any more."""

    new: Sequence[Override]
    found: Preview
    floors: Mapping[str, int | None]
    surveyed: Survey
    outset: Outset


def _look(transaction: Transaction, present: Present, new: Sequence[Override]) -> _Seen:
    groups = Groups(transaction).get(Groups(transaction).sharing({override.order.group for override in new}))
    begun = {override.id for override in new}
    others = [item for item in Overrides(transaction).living(groups) if item.id not in begun]
    found = preview(list(groups.values()), present.calendars, others, new)
    surveyed = present.safety.survey(transaction)
    floors = floors_of(groups.values(), present.calendars, surveyed, found.at)
    concerned = [change.luminaire for change in found.changes]
    outset = outset_of(transaction, surveyed, new, concerned, present.paces, present.now)
    return _Seen(new, found, floors, surveyed, outset)


def _view(present: Present, seen: _Seen, ungrouped: tuple[str, ...] = ()) -> PreviewView:
    new, found = seen.new, seen.found
    course = foretell_order(
        seen.outset, found, new, present.calendars, seen.surveyed, present.watch, present.now, present.breathe
    )
    changes = tuple(_change(change, seen.floors[change.luminaire]) for change in found.changes)
    by_id = {override.id: override for override in seen.outset.overrides}
    return PreviewView(
        level=new[0].order.level,
        starts_at=new[0].starts_at,
        ends_at=new[0].lease_until,
        at=found.at,
        acts_at_once=found.acts_at_once,
        never=found.never,
        groups=tuple(sorted({override.order.group for override in new})),
        luminaires=changes,
        changed=sum(change.before != change.after for change in changes),
        beats=tuple(_wish(wish, by_id) for wish in found.beats),
        beaten_by=tuple(_wish(wish, by_id) for wish in found.beaten_by),
        ungrouped=ungrouped,
        course=course,
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
