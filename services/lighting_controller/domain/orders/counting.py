"""What becomes of an override as time passes: it starts, its lit time is used up, it is granted again, it expires."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.lighting_controller.domain.calendars.calendar import Plan
from services.lighting_controller.domain.orders.override import Override, Standing, Transition
from shared.model.lighting import OverrideState


@dataclass(frozen=True)
class Advanced:
    """The override at a moment, and what became of it on the way, in order."""

    override: Override
    told: tuple[Transition, ...]


def advance(override: Override, now: datetime, plan: Plan | None) -> Advanced:
    """The override at ``now``. The calendar's plan tells which time counts; None: the group is not known.

    While its lease lasts, a vital rule still fires: its lit time is granted again in the moment in which it is used up.
    """
    if override.standing.has_ended:
        return Advanced(override, ())
    told: list[Transition] = []
    end = min(now, override.lease_until)
    if override.standing is Standing.SCHEDULED and override.starts_at <= end:
        override = replace(override, standing=Standing.ACTING, counted_until=override.starts_at)
        told.append(Transition(OverrideState.STARTED, override.starts_at))
    if override.standing is Standing.ACTING:
        override = _count(override, end, plan, told)
    if override.lease_until <= now:
        override = replace(override, standing=Standing.EXPIRED, used_up_at=None)
        told.append(Transition(OverrideState.EXPIRED, override.lease_until))
    return Advanced(override, tuple(told))


def _count(override: Override, end: datetime, plan: Plan | None, told: list[Transition]) -> Override:
    while (spent_at := override.when_spent(plan)) is not None and spent_at <= end:
        told.append(Transition(OverrideState.USED_UP, spent_at))
        if not (override.is_granted_again and spent_at < override.lease_until):
            used = override.order.at_most or timedelta()
            return replace(override, standing=Standing.USED_UP, used=used, counted_until=spent_at, used_up_at=None)
        told.append(Transition(OverrideState.GRANTED_AGAIN, spent_at))
        override = replace(override, used=timedelta(), counted_until=spent_at)
    if end > override.counted_until:
        used = override.used + override.lit_time(plan, override.counted_until, end)
        override = replace(override, used=used, counted_until=end)
    return replace(override, used_up_at=override.when_spent(plan))
