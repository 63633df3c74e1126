"""What overrides would change if they were begun: which luminaires, what they would beat, what would beat them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.lighting_controller.domain.arbitrating import Decision, Lost, Wish, rank
from services.lighting_controller.domain.calendars.calendar import HORIZON, Calendars
from services.lighting_controller.domain.darkness import is_dark, next_turn
from services.lighting_controller.domain.group import LuminaireGroup
from services.lighting_controller.domain.orders.counting import advance
from services.lighting_controller.domain.orders.override import Override, Standing
from services.lighting_controller.domain.orders.wishing import decisions_of


@dataclass(frozen=True)
class Change:
    """A luminaire before and after, by what decides."""

    luminaire: str
    before: Wish
    after: Wish


@dataclass(frozen=True)
class Preview:
    """What would become of the luminaires at ``at``, the first moment at which the overrides act.

    Attributes:
        acts_at_once: at their start; otherwise only at ``at``, when their groups are lit or the sun is down.
        all_at: the moment from which each acts that does so at all.
        never: they don't act before they end.
        beats, beaten_by: other wishes for the same luminaires, the strongest first.
    """

    at: datetime
    all_at: datetime
    acts_at_once: bool
    never: bool
    changes: tuple[Change, ...]
    beats: tuple[Wish, ...]
    beaten_by: tuple[Wish, ...]


def preview(
    groups: Sequence[LuminaireGroup], calendars: Calendars, others: Iterable[Override], new: Sequence[Override]
) -> Preview:
    """``groups``: those of the new overrides, and all that share a luminaire with them; ``others``: what stands."""
    starts_at = min(override.starts_at for override in new)
    by_id = {group.id: group for group in groups}
    moments = [_first_acting(override, by_id[override.order.group], calendars) for override in new]
    acting = [moment for moment in moments if moment is not None]
    at = min(acting, default=starts_at)
    plans = {group.id: calendars.plan_of(group.id, group.site) for group in groups}
    known = [advance(item, at, plans.get(item.order.group)).override for item in others]
    begun = [replace(item, standing=Standing.ACTING) for item in new if item.starts_at <= at]
    before = decisions_of(groups, calendars, known, at)
    after = decisions_of(groups, calendars, [*known, *begun], at)
    concerned = sorted(set(_concerned(new, by_id)))
    names = {override.id for override in new}
    return Preview(
        at=at,
        all_at=max(acting, default=starts_at),
        acts_at_once=at == starts_at and bool(acting),
        never=not acting,
        changes=tuple(Change(name, before[name].winner, after[name].winner) for name in concerned),
        beats=_ordered(lost.wish for name in concerned for lost in _lost_to(after[name], names)),
        beaten_by=_ordered(after[name].winner for name in concerned if _lost_in(after[name], names)),
    )


def _first_acting(override: Override, group: LuminaireGroup, calendars: Calendars) -> datetime | None:
    """When it first acts; None: not before it ends, or not soon."""
    plan = calendars.plan_of(group.id, group.site)
    moment: datetime | None = override.starts_at
    while moment is not None and moment < override.lease_until and moment <= override.starts_at + HORIZON:
        dark = override.beats_the_switch_off and is_dark(group.site, moment)
        if override.order.day or plan.is_lit_at(moment) or dark:
            return moment
        turn = next_turn(group.site, moment) if override.beats_the_switch_off else None
        moment = min((item for item in (plan.next_change(moment), turn) if item is not None), default=None)
    return None


def _concerned(new: Sequence[Override], groups: dict[str, LuminaireGroup]) -> Iterator[str]:
    for override in new:
        members = groups[override.order.group].luminaires
        yield from members if override.order.luminaires is None else override.order.luminaires


def _lost_to(decision: Decision, names: set[str]) -> Iterator[Lost]:
    if decision.winner.by in names:
        yield from (lost for lost in decision.lost if lost.wish.by not in names)


def _lost_in(decision: Decision, names: set[str]) -> bool:
    return any(lost.wish.by in names for lost in decision.lost) and decision.winner.by not in names


def _ordered(wishes: Iterable[Wish]) -> tuple[Wish, ...]:
    return tuple(sorted(set(wishes), key=lambda wish: (rank(wish.source), -wish.level, wish.by, wish.group)))
