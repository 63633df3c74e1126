"""The one step by which an alert advances: a state and what is to be seen; a new state and what became of it.

Live running, tests, dry runs and explanations all take this step. It decides on data (called at every observation
that a rule reads) and on the clock (called with the same samples when ``due_at`` has come), and never looks at either
by itself. Each level of a rule is held for itself (``holding``); together they are one alert.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from msgspec import structs

from services.rules_engine.domain.alert import AlertState, Change, Hold, Phase, Resolution, Transition
from services.rules_engine.domain.decision import Compiled, Trace
from services.rules_engine.domain.foreseeing import earliest
from services.rules_engine.domain.freshness import used
from services.rules_engine.domain.holding import Held, hold
from services.rules_engine.domain.periods import next_allowed
from services.rules_engine.domain.preparing import CompiledRule
from services.rules_engine.domain.scene import Scene
from services.rules_engine.domain.situation import Situation
from services.rules_engine.domain.spans import Span
from services.rules_engine.domain.steps import floored, next_step

LEASE: Final = timedelta(minutes=15)
"""How long a firing rule holds its lights without saying so again. If the engine dies, they are back soon; and long
enough that two renewals may fail, or a deployment take its time, before a street falls dark in a flood."""

RENEW_EVERY: Final = timedelta(minutes=5)
"""A third of the lease, for the same reason."""


_MOST_PERIODS: Final = 96
"""How many periods are decided at once after a stop: a day of quarters of an hour; what is older is left alone."""


@dataclass(frozen=True)
class Step:
    """What a step gave: the state and, in their order, what became of the alert."""

    state: AlertState
    transitions: tuple[Transition, ...] = ()


def advance(rule: CompiledRule, state: AlertState, scene: Scene, *, fresh: bool = True) -> Step:
    """Take one step.

    Args:
        scene: what is to be seen; its ``at`` is the event time of the deciding observation, and ``now`` on a tick.
            Observations of an instant come before its ticks.
        fresh: an observation brought it about, not the clock alone.
    """
    if scene.at > scene.now:  # the sensor's clock goes before ours
        scene = replace(scene, at=scene.now)
    if not state.holds and not rule.turns and not any(level.when.decide_in(scene) for level in rule.levels):
        return Step(state if state.due_at is None else structs.replace(state, due_at=None))
    if rule.asks_silence:
        state = structs.replace(state, watched_since=state.watched_since or scene.now)
        scene.since = state.watched_since
    if rule.rule.every is not None:
        return _periods(rule, state, scene, rule.rule.every, fresh=fresh)
    return _step(rule, state, scene, fresh=fresh)


def withdraw(state: AlertState, resolution: Resolution, *, now: datetime) -> Step:
    """End an alert for another reason than its condition; one that doesn't fire just starts anew."""
    if not state.firing or state.firing_since is None:
        return Step(AlertState())
    at = max(now, state.firing_since)
    ended = Transition(Change.RESOLVED, at, state.firing_since, now, before=state.firing, resolution=resolution)
    return Step(AlertState(), (ended,))


def trace(rule: CompiledRule, state: AlertState, scene: Scene) -> Trace:
    """Every comparison of the condition that decides in this state: ``until`` while it fires, else ``when``.

    Of a rule with several levels that of the worst that fires, or of the mildest if none does.
    """
    return _shown(rule, state).trace_in(scene)


def _periods(rule: CompiledRule, state: AlertState, scene: Scene, every: Span, *, fresh: bool) -> Step:
    """Decide, in their order, for the periods that ended: an observation shows that they are over, or they are overdue.

    None is passed over, so that two in a row are two in a row.
    """
    patience = rule.stale_after
    last = floored(scene.at if fresh else scene.now - patience, every, scene.zone)
    ends = [last] if state.decided_for is None else _ends(state.decided_for, last, every, scene.zone)
    due = next_step(max(last, state.decided_for or last), every, scene.zone) + patience
    step = _each(rule, state, scene, ends) if ends else _same_period(rule, state, scene, fresh=fresh)
    return Step(structs.replace(step.state, due_at=earliest(step.state.due_at, due)), step.transitions)


def _ends(decided: datetime, last: datetime, every: Span, zone: str) -> list[datetime]:
    """The ends of the periods after the one that was decided, up to the last."""
    found: list[datetime] = []
    moment = max(decided, floored(last - _MOST_PERIODS * every.length, every, zone))
    while (moment := next_step(moment, every, zone)) <= last:
        found.append(moment)
    return found


def _each(rule: CompiledRule, state: AlertState, scene: Scene, ends: Iterable[datetime]) -> Step:
    told: list[Transition] = []
    for end in ends:
        step = _step(rule, structs.replace(state, due_at=None), scene.as_of(end), fresh=True, now=scene.now)
        state = structs.replace(step.state, decided_for=end)
        told += step.transitions
    return Step(state, tuple(told))


def _same_period(rule: CompiledRule, state: AlertState, scene: Scene, *, fresh: bool) -> Step:
    """No period has ended. An alert that had to give way may come now; else only leases of lights are looked after."""
    waits = rule.rule.unless and any(hold.phase is Phase.PENDING for hold in state.holds)
    waits_until = state.due_at if waits else None
    if not fresh and waits_until is not None and waits_until <= scene.now and state.decided_for is not None:
        seen = scene.as_of(state.decided_for)
        return _step(rule, structs.replace(state, due_at=None), seen, fresh=False, now=scene.now)
    if not rule.rule.lights:
        state = structs.replace(state, renew_at=None)
    if state.renew_at is None or state.renew_at > scene.now:
        return Step(structs.replace(state, due_at=earliest(state.renew_at, waits_until)))
    renew_at = scene.now + RENEW_EVERY
    told = Transition(Change.RENEWED, scene.at, _since(state), scene.now, state.firing, state.firing)
    return Step(structs.replace(state, renew_at=renew_at, due_at=earliest(renew_at, waits_until)), (told,))


def _step(rule: CompiledRule, state: AlertState, scene: Scene, *, fresh: bool, now: datetime | None = None) -> Step:
    clock = now or scene.now
    at = max([scene.at, *_remembered(state)])
    if at > scene.at:
        # An observation that comes after a tick takes the calendar no further back than the tick.
        scene = replace(scene, at=at)
    allowed = _allowed_at(rule, state, scene)
    before = state.holds or (Hold(),) * len(rule.levels)
    held = [
        # What is worse than all that was told in a period is not held back by what was told.
        hold(Situation(rule, level, old, scene, fresh, clock, allowed if index <= state.told_level else None))
        for index, (level, old) in enumerate(zip(rule.levels, before, strict=True))
    ]
    holds = tuple(each.hold for each in held)
    kept = structs.replace(state, holds=holds if any(each != Hold() for each in holds) else ())
    return _told(rule, state, kept, held, scene, clock)


def _told(
    rule: CompiledRule, state: AlertState, kept: AlertState, held: Sequence[Held], scene: Scene, now: datetime
) -> Step:
    change = _change(state.firing, kept.firing)
    at = max(filter(None, (_moment(held, change, kept, scene), state.changed_at)))
    kept = _with_times(rule, state, kept, change, at, scene)
    # Without a time of renewal its rule had no lights until now.
    renews = bool(kept.firing) and (state.firing != kept.firing or kept.renew_at is None or kept.renew_at <= now)
    kept = structs.replace(kept, renew_at=_renew_at(kept, now, renews=renews) if rule.rule.lights else None)
    if change is None and renews and rule.rule.lights:
        change = Change.RENEWED
    kept = structs.replace(kept, due_at=_due(state, kept, [each.due for each in held], now))
    if change is None:
        return Step(kept)
    since = _since(kept) if kept.firing else _since(state)
    if change is Change.RENEWED:
        return Step(kept, (Transition(change, at, since, now, state.firing, kept.firing),))
    shown = _deciding(rule, state, kept, change).trace_in(scene)
    seen, reason = used(sorted(rule.properties), scene), _reason(held, change)
    at = max(at, since)
    told = Transition(change, at, since, now, state.firing, kept.firing, reason, seen, trace=shown, scene=scene)
    return Step(structs.replace(kept, changed_at=at), (told,))


def _deciding(rule: CompiledRule, state: AlertState, kept: AlertState, change: Change) -> Compiled:
    """The condition that made the change: of the worst level that came, or of the worst that was left."""
    if change in (Change.FIRED, Change.WORSENED):
        return rule.levels[kept.firing[-1]].when
    return _shown(rule, state)


def _shown(rule: CompiledRule, state: AlertState) -> Compiled:
    level = rule.levels[state.firing[-1] if state.firing else 0]
    return level.until if state.firing and level.until is not None else level.when


def _change(before: tuple[int, ...], after: tuple[int, ...]) -> Change | None:
    if bool(before) != bool(after):
        return Change.FIRED if after else Change.RESOLVED
    if not before or before[-1] == after[-1]:
        return None
    return Change.WORSENED if after[-1] > before[-1] else Change.EASED


def _moment(held: Sequence[Held], change: Change | None, kept: AlertState, scene: Scene) -> datetime:
    """Event time of what changed."""
    if change is Change.WORSENED:
        return held[kept.firing[-1]].fired or scene.at
    if change is Change.FIRED:
        return min((each.fired for each in held if each.fired is not None), default=scene.at)
    return max((each.ended[0] for each in held if each.ended is not None), default=scene.at)


def _reason(held: Sequence[Held], change: Change) -> Resolution | None:
    reasons = [each.ended[1] for each in held if each.ended is not None]
    return reasons[-1] if change is Change.RESOLVED and reasons else None


def _with_times(
    rule: CompiledRule, before: AlertState, kept: AlertState, change: Change | None, at: datetime, scene: Scene
) -> AlertState:
    if change is Change.FIRED:
        # One that was ripe too soon and had to wait counts for the period in which it came.
        worst = kept.firing[-1]
        if rule.rule.once_per is None:
            return structs.replace(kept, firing_since=at)
        allowed = _allowed_at(rule, before, scene)
        if worst > before.told_level and allowed is not None:
            return structs.replace(kept, firing_since=at, fired_last=at, told_level=worst)
        return structs.replace(kept, firing_since=at, fired_last=max(at, allowed or at), told_level=worst)
    if change is Change.WORSENED and rule.rule.once_per is not None:
        return structs.replace(kept, told_level=max(kept.told_level, kept.firing[-1]))
    return structs.replace(kept, firing_since=None) if change is Change.RESOLVED else kept


def _renew_at(kept: AlertState, now: datetime, *, renews: bool) -> datetime | None:
    if not kept.firing:
        return None
    return now + RENEW_EVERY if renews or kept.renew_at is None else kept.renew_at


def _due(before: AlertState, kept: AlertState, dues: Sequence[datetime | None], now: datetime) -> datetime | None:
    """When the clock comes next; one that is too early does no harm, and stays while nothing else is to be written."""
    due = earliest(kept.renew_at, *dues)
    stays = before.due_at is not None and before.due_at > now and (due is None or due >= before.due_at)
    return before.due_at if stays and structs.replace(kept, due_at=before.due_at) == before else due


def _remembered(state: AlertState) -> list[datetime]:
    moments = [moment for hold in state.holds for moment in (hold.since, hold.clearing_since)]
    return [moment for moment in (*moments, state.firing_since, state.changed_at) if moment is not None]


def _allowed_at(rule: CompiledRule, state: AlertState, scene: Scene) -> datetime | None:
    once_per = rule.rule.once_per
    if once_per is None or state.fired_last is None or state.firing:
        return None
    return next_allowed(state.fired_last, once_per, scene.zone)


def _since(state: AlertState) -> datetime:
    if state.firing_since is None:
        raise ValueError(f"a firing state without its beginning: {state}")
    return state.firing_since
