"""Show the groups, their overrides and their luminaires as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from services.lighting_controller.domain.arbitrating import Decision, decide
from services.lighting_controller.domain.calendar import Calendars, Plan
from services.lighting_controller.domain.counting import advance
from services.lighting_controller.domain.group import LuminaireGroup
from services.lighting_controller.domain.luminaire import Luminaire
from services.lighting_controller.domain.override import Override
from services.lighting_controller.domain.wishing import wishes_of
from services.lighting_controller.storage.groups import Groups
from services.lighting_controller.storage.luminaires import Luminaires
from services.lighting_controller.storage.overrides import Overrides
from shared.runtime.database import Database


class OverrideView(msgspec.Struct, frozen=True):
    """An override that has not ended. ``used_s``, ``at_most_s``: lit time, seconds."""

    override: str
    rule: str
    by: str
    reason: str
    level: int
    state: str
    lease_until: datetime
    used_s: float
    at_most_s: float | None


class LostView(msgspec.Struct, frozen=True):
    """Something else that was wanted of the group, and why it did not decide."""

    source: str
    by: str
    level: int
    why: str


class LuminaireView(msgspec.Struct, frozen=True):
    """A luminaire; levels in percent, None: not decided or not heard. ``power_w``: watts that it measured."""

    luminaire: str
    target: int | None
    feedback: int | None
    actual: int | None
    source: str | None
    fault: str | None
    changed_at: datetime | None
    power_w: float | None


class GroupView(msgspec.Struct, frozen=True):
    """A group.

    Attributes:
        level: percent that is wanted now, by ``source``: ``calendar``, ``default`` or an override's id.
        lit: whether the calendar has the group lit.
        until: when the calendar changes or the deciding override ends, as far as is known now.
    """

    group: str
    title: str
    calendar: str
    level: int
    source: str
    lit: bool
    until: datetime | None
    lost: tuple[LostView, ...]
    overrides: tuple[OverrideView, ...]
    luminaires: tuple[LuminaireView, ...]


class Summary(msgspec.Struct, frozen=True):
    """How many luminaires there are, how often their light changed, how many overrides act."""

    luminaires: int
    changes: int
    overrides: int


def show_state(database: Database, calendars: Calendars, now: datetime) -> list[GroupView]:
    """All groups, by id."""
    with database.transaction() as transaction:
        groups = Groups(transaction).all()
        overrides = Overrides(transaction).living(groups)
        luminaires = Luminaires(transaction).all()
    return [_group(group, calendars, overrides, luminaires, now) for group in groups.values()]


def summarise(database: Database) -> Summary:
    """The figures of the whole service."""
    with database.transaction() as transaction:
        luminaires, changes = Luminaires(transaction).totals()
        return Summary(luminaires, changes, Overrides(transaction).acting())


def _group(
    group: LuminaireGroup,
    calendars: Calendars,
    overrides: Sequence[Override],
    luminaires: Mapping[str, Luminaire],
    now: datetime,
) -> GroupView:
    own = [override for override in overrides if override.order.group == group.id]
    plan = calendars.plan_of(group.id, group.site)
    decision = decide(wishes_of(group, calendars, own, now))
    return GroupView(
        group=group.id,
        title=group.title,
        calendar=plan.calendar.title,
        level=decision.winner.level,
        source=decision.winner.by,
        lit=plan.is_lit_at(now),
        until=_until(decision, own, plan, now),
        lost=tuple(LostView(lost.wish.source, lost.wish.by, lost.wish.level, lost.why) for lost in decision.lost),
        overrides=tuple(_override(override, plan, now) for override in own),
        luminaires=tuple(_luminaires(luminaires[luminaire] for luminaire in group.luminaires)),
    )


def _until(decision: Decision, overrides: Iterable[Override], plan: Plan, now: datetime) -> datetime | None:
    ends = [override.due_at for override in overrides if override.id == decision.winner.by]
    return min((moment for moment in (*ends, plan.next_change(now)) if moment is not None), default=None)


def _override(override: Override, plan: Plan, now: datetime) -> OverrideView:
    order = override.order
    return OverrideView(
        override=override.id,
        rule=order.rule,
        by=order.by,
        reason=order.reason,
        level=order.level,
        state=override.standing,
        lease_until=override.lease_until,
        used_s=advance(override, now, plan).override.used.total_seconds(),
        at_most_s=None if order.at_most is None else order.at_most.total_seconds(),
    )


def _luminaires(luminaires: Iterable[Luminaire]) -> Iterable[LuminaireView]:
    for luminaire in luminaires:
        target = luminaire.target
        yield LuminaireView(
            luminaire=luminaire.id,
            target=None if target is None else target.level,
            feedback=luminaire.feedback,
            actual=luminaire.actual,
            source=None if target is None else target.by,
            fault=luminaire.fault,
            changed_at=luminaire.changed_at,
            power_w=luminaire.power_w,
        )
