"""What a request does to an override: begin it, renew its lease, change it, end it, or nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.lighting_controller.domain.arbitrating import Source
from services.lighting_controller.domain.orders.override import Order, Override, Standing, Transition
from shared.errors import InputError
from shared.model.lighting import LightingAct, LightingRequested, OverrideState


class Outcome(StrEnum):
    """What the request did. OUTDATED: the override knows a newer one; LAPSED: its lease had ended when it came."""

    BEGUN = "begun"
    RENEWED = "renewed"
    CHANGED = "changed"
    RESUMED = "resumed"
    RELEASED = "released"
    OUTDATED = "outdated"
    LAPSED = "lapsed"


@dataclass(frozen=True)
class Answer:
    """What the request did, the override after it (None: still none), and what is to be told."""

    outcome: Outcome
    override: Override | None
    told: tuple[Transition, ...] = ()

    @property
    def moves_lights(self) -> bool:
        """Whether the group's level has to be decided again."""
        return self.outcome not in (Outcome.RENEWED, Outcome.OUTDATED, Outcome.LAPSED)


def take(known: Override | None, request: LightingRequested, now: datetime) -> Answer:
    """What becomes of the override that the request names; ``known`` is what stood there before, if anything.

    Raises:
        InputError: the level is no percentage.
    """
    if request.level not in range(101):
        raise InputError(f"override {request.override}: a level is 0 to 100 percent, not {request.level}")
    if request.act is LightingAct.RELEASE:
        return _release(known, request)
    return _hold(known, request, now)


def gives_another_order(known: Override, request: LightingRequested) -> bool:
    """Whether the request changes what is wanted: until now time counted by the order as it was."""
    is_newer = request.act is LightingAct.HOLD and request.at > known.asked_at
    return is_newer and _order(request) != known.order


def _hold(known: Override | None, request: LightingRequested, now: datetime) -> Answer:
    if known is not None and request.at <= known.asked_at:
        return Answer(Outcome.OUTDATED, known)
    if request.lease_until is None or request.lease_until <= now:
        return Answer(Outcome.LAPSED, known)
    started = Transition(OverrideState.STARTED, request.at)
    if known is None or known.standing is Standing.RELEASED:
        return Answer(Outcome.BEGUN, _begin(request, request.lease_until, now), (started,))
    asked = replace(known, order=_order(request), asked_at=request.at, lease_until=request.lease_until)
    if known.standing in (Standing.ACTING, Standing.SCHEDULED):
        return Answer(Outcome.RENEWED if asked.order == known.order else Outcome.CHANGED, asked)
    # A lapse of the lease gives no new time: what was used before it stays used.
    if asked.is_spent and not asked.is_granted_again:
        outcome = Outcome.RENEWED if known.standing is Standing.USED_UP else Outcome.RESUMED
        return Answer(outcome, replace(asked, standing=Standing.USED_UP))
    resumed = replace(asked, standing=Standing.ACTING, counted_until=_acts_from(request, now), used_up_at=None)
    if not asked.is_spent:
        return Answer(Outcome.RESUMED, resumed, (started,))
    granted = Transition(OverrideState.GRANTED_AGAIN, request.at)
    return Answer(Outcome.RESUMED, replace(resumed, used=timedelta()), (started, granted))


def _release(known: Override | None, request: LightingRequested) -> Answer:
    if known is None:
        # Kept although it never acted, so that a HOLD that comes late finds it released.
        return Answer(Outcome.RELEASED, replace(_begin(request, request.at, request.at), standing=Standing.RELEASED))
    if request.at < known.asked_at or known.standing is Standing.RELEASED:
        return Answer(Outcome.OUTDATED, known)
    return end(known, request.at)


def end(known: Override, at: datetime) -> Answer:
    """The override is let go; that is told unless it had expired before."""
    told = () if known.standing.has_ended else (Transition(OverrideState.RELEASED, at),)
    return Answer(Outcome.RELEASED, replace(known, standing=Standing.RELEASED, asked_at=at), told)


def _begin(request: LightingRequested, lease_until: datetime, now: datetime) -> Override:
    return Override(
        id=request.override,
        order=_order(request),
        starts_at=request.at,
        asked_at=request.at,
        lease_until=lease_until,
        standing=Standing.ACTING,
        used=timedelta(),
        counted_until=_acts_from(request, now),
        trace=request.trace,
    )


def _acts_from(request: LightingRequested, now: datetime) -> datetime:
    """A reading that came hours late asks late: no light burnt for it before."""
    return max(request.at, now)


def _order(request: LightingRequested) -> Order:
    return Order(
        source=Source.of_rule(request.criticality),
        by=request.rule,
        alert=request.alert,
        rule=request.rule,
        owner=request.owner,
        group=request.group,
        level=request.level,
        reason=request.reason,
        day=request.day,
        ramp=timedelta(seconds=request.ramp_s),
        at_most=None if request.at_most_s is None else timedelta(seconds=request.at_most_s),
    )
