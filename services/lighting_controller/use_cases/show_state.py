"""Show the groups, their overrides and their luminaires as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from services.lighting_controller.domain.arbitrating import Decision, Lost, decide
from services.lighting_controller.domain.calendars.calendar import Calendars, Plan
from services.lighting_controller.domain.group import LuminaireGroup
from services.lighting_controller.domain.luminaire import Luminaire
from services.lighting_controller.domain.orders.override import Override
from services.lighting_controller.domain.orders.wishing import wishes_of
from services.lighting_controller.storage.groups import Groups
from services.lighting_controller.storage.luminaires import Luminaires
from services.lighting_controller.storage.overrides import Overrides
from services.lighting_controller.use_cases.show_overrides import OverrideView, override_view
from shared.runtime.database import Database


class LostView(msgspec.Struct, frozen=True):
    """Something else that was wanted of the group, and why it did not decide."""

    source: str
    by: str
    level: int
    why: str


class FaultView(msgspec.Struct, frozen=True):
    """What is wrong with a luminaire, since when, and how many commands were sent to mend it."""

    fault: str
    since: datetime
    tries: int


class LuminaireView(msgspec.Struct, frozen=True):
    """A luminaire; levels in percent, None: not decided or not heard.

    Attributes:
        wanted: by ``source``, which won; ``lost``: the others, the strongest first.
        target: what it is commanded: what the limits of the street leave of ``wanted``.
        floor: the least that it may be commanded now; None: it is day.
        cuts: which limits cut it: ``floor``, ``step``, ``ramp``, ``dwell``, ``share``.
        look_at: when the limits may allow more; None: this is all.
        fault: the worst of ``faults``.
        power_w: watts that it measured.
    """

    luminaire: str
    wanted: int | None
    target: int | None
    feedback: int | None
    actual: int | None
    source: str | None
    lost: tuple[LostView, ...]
    floor: int | None
    cuts: tuple[str, ...]
    look_at: datetime | None
    fault: str | None
    changed_at: datetime | None
    faults: tuple[FaultView, ...]
    power_w: float | None


class GroupView(msgspec.Struct, frozen=True):
    """A group.

    Attributes:
        planned: percent that the calendar has now.
        level: percent that is wanted of the whole group now, before the limits of the street, by ``source``:
            ``calendar``, ``default`` or an override's id. An emergency that reaches some of its luminaires only shows
            with these, and among ``overrides``.
        lit: whether the calendar has the group lit.
        until: when the calendar changes or the deciding override ends, as far as is known now.
    """

    group: str
    title: str
    calendar: str
    planned: int
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


def show_state(database: Database, calendars: Calendars, now: datetime, only: str | None = None) -> list[GroupView]:
    """All groups, by id, or one of them.

    Raises:
        NotFound: no such group.
    """
    with database.transaction() as transaction:
        groups = Groups(transaction).all() if only is None else {only: Groups(transaction).one(only)}
        overrides = Overrides(transaction).living(groups)
        stored = Luminaires(transaction)
        luminaires = stored.all() if only is None else stored.some(groups[only].luminaires)
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
        planned=plan.level_at(now),
        level=decision.winner.level,
        source=decision.winner.by,
        lit=plan.is_lit_at(now),
        until=_until(decision, own, plan, now),
        lost=_lost(decision.lost),
        overrides=tuple(override_view(override, plan, now) for override in own),
        luminaires=tuple(_luminaires(luminaires[luminaire] for luminaire in group.luminaires)),
    )


def _lost(lost: Iterable[Lost]) -> tuple[LostView, ...]:
    return tuple(LostView(each.wish.source, each.wish.by, each.wish.level, each.why) for each in lost)


def _until(decision: Decision, overrides: Iterable[Override], plan: Plan, now: datetime) -> datetime | None:
    ends = [override.due_at for override in overrides if override.id == decision.winner.by]
    return min((moment for moment in (*ends, plan.next_change(now)) if moment is not None), default=None)


def _luminaires(luminaires: Iterable[Luminaire]) -> Iterable[LuminaireView]:
    for luminaire in luminaires:
        target = luminaire.target
        yield LuminaireView(
            luminaire=luminaire.id,
            wanted=None if luminaire.wanted is None else luminaire.wanted.level,
            target=None if target is None else target.level,
            feedback=luminaire.feedback,
            actual=luminaire.actual,
            source=None if target is None else target.by,
            lost=_lost(luminaire.lost),
            floor=luminaire.floor,
            cuts=luminaire.confined.cuts,
            look_at=luminaire.confined.look_at,
            fault=luminaire.fault,
            changed_at=luminaire.changed_at,
            faults=tuple(FaultView(item.fault, item.since or item.noticed_at, item.tries) for item in luminaire.faults),
            power_w=luminaire.power_w,
        )
