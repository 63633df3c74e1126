"""The one step by which an alert advances: a state, the latest values, the time; a new state and what became of it.

Live running, tests, dry runs and explanations all take this step. It decides on data (called at every observation
that a rule reads) and on the clock (called with the same values when ``due_at`` has come), and never looks at either
by itself.

Two sorts of time go in. ``at`` is event time: that of the deciding observation, or ``now`` on a tick; holds are
measured in it, so that a slow network doesn't shorten them. ``now`` is the clock: by it values grow stale and leases
run. A hold that ended between two steps ended when its time was over, however late the step came.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import structs

from services.rules_engine.domain.alert import (
    AlertState,
    Change,
    Phase,
    Resolution,
    Sample,
    Transition,
    Used,
)
from services.rules_engine.domain.decision import Compiled, Trace
from services.rules_engine.domain.freshness import Row, stale_moments, used, values
from services.rules_engine.domain.preparing import CompiledRule
from services.rules_engine.domain.rule import WhenUnknown
from services.rules_engine.domain.truth import Truth, negation

__all__ = [
    "LEASE", "RENEW_EVERY", "AlertState", "Change", "Phase", "Resolution", "Row", "Sample", "Step", "Transition",
    "Used", "advance", "trace", "withdraw",
]  # fmt: skip

LEASE: Final = timedelta(minutes=15)
"""How long a firing rule holds its lights without saying so again. If the engine dies, they are back soon; and long
enough that two renewals may fail, or a deployment take its time, before a street falls dark in a flood."""

RENEW_EVERY: Final = timedelta(minutes=5)
"""A third of the lease, for the same reason."""


@dataclass(frozen=True)
class Step:
    """What a step gave; ``trace`` shows the comparisons where it changed whether the alert fires."""

    state: AlertState
    transitions: tuple[Transition, ...] = ()
    trace: Trace | None = None


_CALM: Final = Step(AlertState())


class _Verdict(StrEnum):
    """What the truth of a condition means for an alert, given what the rule does on unknown."""

    RAISE = "raise"
    CLEAR = "clear"
    GIVE_UP = "give-up"
    STAY = "stay"


@dataclass(frozen=True)
class _Situation:
    """All that a step looks at."""

    rule: CompiledRule
    state: AlertState
    row: Row
    at: datetime
    now: datetime

    def truth(self, condition: Compiled, now: datetime) -> Truth:
        return condition.decide(values(condition.inputs, self.row, now, self.rule.stale_after))

    def verdict(self, now: datetime) -> _Verdict:
        """What the values mean at a moment of the clock, if no others come until then."""
        return _firing_verdict(self, now) if self.state.phase is Phase.FIRING else _idle_verdict(self, now)


def advance(rule: CompiledRule, state: AlertState, row: Row, *, at: datetime, now: datetime) -> Step:
    """Take one step.

    Args:
        row: the latest sample of each property at the point.
        at: event time of the deciding observation; equal to ``now`` on a tick.
        now: the clock. Observations of an instant come before its ticks.
    """
    if state.phase is not Phase.FIRING and _is_calm(rule, row, now):
        return _CALM
    known = [moment for moment in (state.pending_since, state.firing_since, state.clearing_since) if moment is not None]
    situation = _Situation(rule, state, row, max([at, *known]), now)
    return _firing(situation) if state.phase is Phase.FIRING else _idle(situation)


def _is_calm(rule: CompiledRule, row: Row, now: datetime) -> bool:
    """Whether an alert that doesn't fire stays so until new values come, whatever the clock does: as nearly always."""
    when = rule.when
    if when.replaces_unknown or rule.rule.when_unknown is WhenUnknown.ALERT:
        return False
    return not when.decide(values(when.inputs, row, now, rule.stale_after))


def withdraw(state: AlertState, resolution: Resolution, *, now: datetime) -> Step:
    """End an alert for another reason than its condition; one that doesn't fire just starts anew."""
    if state.phase is not Phase.FIRING or state.firing_since is None:
        return Step(AlertState())
    at = max(now, state.firing_since)
    return Step(AlertState(), (Transition(Change.RESOLVED, at, state.firing_since, now, resolution),))


def trace(rule: CompiledRule, state: AlertState, row: Row, *, now: datetime) -> Trace:
    """Every comparison of the condition that decides in this state: ``until`` while it fires, else ``when``."""
    condition = _deciding(rule, state)
    return condition.trace(values(condition.inputs, row, now, rule.stale_after))


def _idle_verdict(situation: _Situation, now: datetime) -> _Verdict:
    truth = situation.truth(situation.rule.when, now)
    alarming = truth is None and situation.rule.rule.when_unknown is WhenUnknown.ALERT
    return _Verdict.RAISE if truth or alarming else _Verdict.STAY


def _firing_verdict(situation: _Situation, now: datetime) -> _Verdict:
    until = situation.rule.until
    truth = negation(situation.truth(situation.rule.when, now)) if until is None else situation.truth(until, now)
    if truth is None and situation.rule.rule.when_unknown is WhenUnknown.RESOLVE:
        return _Verdict.GIVE_UP
    return _Verdict.CLEAR if truth else _Verdict.STAY


def _idle(situation: _Situation) -> Step:
    rule, state, at = situation.rule.rule, situation.state, situation.at
    verdict = situation.verdict(situation.now)
    lapses_at = _lapse(situation, verdict)
    if verdict is not _Verdict.RAISE:
        return Step(AlertState(lapses_at=lapses_at, due_at=lapses_at))
    since = _held_since(situation, state.pending_since, rule.for_)
    fires_at = since + rule.for_
    if fires_at <= at:
        return _fire(situation, fires_at)
    due_at = _earliest(fires_at, lapses_at)
    return Step(AlertState(Phase.PENDING, pending_since=since, lapses_at=lapses_at, due_at=due_at))


def _fire(situation: _Situation, at: datetime) -> Step:
    renew_at = situation.now + RENEW_EVERY if situation.rule.rule.lights else None
    state = AlertState(Phase.FIRING, firing_since=at, renew_at=renew_at)
    seen = replace(situation, state=state)
    lapses_at = _lapse(seen, seen.verdict(situation.now))
    state = structs.replace(state, lapses_at=lapses_at, due_at=_earliest(renew_at, lapses_at))
    return _told(situation, state, Change.FIRED, at, at)


def _firing(situation: _Situation) -> Step:
    rule, state = situation.rule.rule, situation.state
    verdict = situation.verdict(situation.now)
    if verdict is _Verdict.GIVE_UP:
        return _resolve(situation, situation.at, Resolution.UNKNOWN)
    clearing_since = None
    if verdict is _Verdict.CLEAR:
        clearing_since = _held_since(situation, state.clearing_since, rule.until_for)
        if clearing_since + rule.until_for <= situation.at:
            return _resolve(situation, clearing_since + rule.until_for, Resolution.CONDITION_CLEARED)
    return _fire_on(situation, verdict, clearing_since)


def _fire_on(situation: _Situation, verdict: _Verdict, clearing_since: datetime | None) -> Step:
    state, now = situation.state, situation.now
    renews = state.renew_at is not None and state.renew_at <= now
    renew_at = now + RENEW_EVERY if renews else state.renew_at
    lapses_at = _lapse(situation, verdict)
    clears_at = None if clearing_since is None else clearing_since + situation.rule.rule.until_for
    kept = structs.replace(
        state,
        clearing_since=clearing_since,
        lapses_at=lapses_at,
        renew_at=renew_at,
        due_at=_earliest(renew_at, clears_at, lapses_at),
    )
    since = _since(state)
    renewal = Transition(Change.RENEWED, situation.at, since, now)
    return Step(kept, (renewal,) if renews else ())


def _resolve(situation: _Situation, at: datetime, resolution: Resolution) -> Step:
    # It does not begin again in the same step, whatever ``when`` says: a rule whose ``when`` and ``until`` both hold
    # (the check overlapping-until) changes at most once with every observation.
    since = _since(situation.state)
    return _told(situation, AlertState(), Change.RESOLVED, max(at, since), since, resolution)


def _told(
    situation: _Situation,
    state: AlertState,
    change: Change,
    at: datetime,
    since: datetime,
    resolution: Resolution | None = None,
) -> Step:
    rule, row, now = situation.rule, situation.row, situation.now
    seen = used(sorted(rule.properties), row, now, rule.stale_after)
    shown = trace(rule, situation.state, row, now=now)
    return Step(state, (Transition(change, at, since, now, resolution, seen, shown),), shown)


def _since(state: AlertState) -> datetime:
    if state.firing_since is None:
        raise ValueError(f"a firing state without its beginning: {state}")
    return state.firing_since


def _held_since(situation: _Situation, since: datetime | None, duration: timedelta) -> datetime:
    """Since when a hold lasts; it begins now if its values grew stale before it was over, though no step saw that."""
    lapsed = situation.state.lapses_at
    if since is None or (lapsed is not None and lapsed < situation.now and lapsed <= since + duration):
        return situation.at
    return since


def _lapse(situation: _Situation, verdict: _Verdict) -> datetime | None:
    """The first moment after now at which values grow stale and the verdict so becomes another."""
    condition = _deciding(situation.rule, situation.state)
    if not _may_lapse(situation, verdict, condition):
        return None
    for moment in stale_moments(condition.inputs, situation.row, situation.now, situation.rule.stale_after):
        if situation.verdict(moment) is not verdict:
            return moment
    return None


def _deciding(rule: CompiledRule, state: AlertState) -> Compiled:
    """``until`` while the alert fires, if the rule has one, else ``when``."""
    return rule.until if state.phase is Phase.FIRING and rule.until is not None else rule.when


def _may_lapse(situation: _Situation, verdict: _Verdict, condition: Compiled) -> bool:
    """Whether staleness can matter; it spares most steps the search.

    A value that becomes unknown makes nothing true and nothing false, unless ``var`` has a default, so a verdict
    of STAY stays, except where the rule acts on unknown.
    """
    acts = {Phase.FIRING: WhenUnknown.RESOLVE}.get(situation.state.phase, WhenUnknown.ALERT)
    return verdict is not _Verdict.STAY or situation.rule.rule.when_unknown is acts or condition.replaces_unknown


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)
