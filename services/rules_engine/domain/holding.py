"""One level of a rule through time: when it is about to fire, fires, is about to end, and ends.

Two sorts of time go in, with the scene. ``at`` is event time: that of the deciding observation, or ``now`` on a tick;
holds are measured in it, so that a slow network doesn't shorten them. ``now`` is the clock: by it values grow stale. A
hold that ended between two steps ended when its time was over, however late the step came.

A hold of so many observations counts observations only: a sensor that is silent for a while takes nothing back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from msgspec import structs

from services.rules_engine.domain.alert import Hold, Phase, Resolution
from services.rules_engine.domain.foreseeing import earliest, next_turn
from services.rules_engine.domain.rule import Lasting
from services.rules_engine.domain.situation import Situation, Verdict
from services.rules_engine.domain.unless import SETTLE

_PATIENCE: Final = 8
_LONGEST: Final = timedelta(hours=1)
"""A rule that is held back looks again when its wait has grown by an eighth, and every hour at the least: a network
that is silent for three weeks must not wake each of its sensors every minute. What ends its wait is most often an
observation; after one it looks again soon, since the other rule may be decided after it."""


@dataclass(frozen=True)
class Held:
    """What a step made of a level.

    Attributes:
        due: when the clock alone may change it, UTC; None: never.
        fired: event time at which it fired in this step.
        ended: event time at which it ended in this step, and why.
    """

    hold: Hold
    due: datetime | None = None
    fired: datetime | None = None
    ended: tuple[datetime, Resolution] | None = None


def hold(situation: Situation) -> Held:
    """Take one step."""
    return _firing(situation) if situation.hold.fires else _idle(situation)


def _idle(situation: Situation) -> Held:
    verdict = situation.verdict(situation.scene)
    lapse, look = next_turn(situation, verdict)
    if verdict is not Verdict.RAISE:
        if _only_silent(situation):
            return Held(situation.hold, look)
        return Held(Hold(), earliest(lapse, look))
    pending = _pending(situation, lapse)
    ripe = _ripe_at(pending, situation.level.level.for_)
    if situation.is_for_periods and (ripe is None or max(ripe, situation.allowed_at or ripe) > situation.at):
        return Held(pending)  # the next period decides, not the clock
    if ripe is None or ripe > situation.at:
        return Held(pending, earliest(ripe, lapse, look))
    pending = structs.replace(pending, settles_at=pending.settles_at or _settles_at(situation, ripe))
    waiting = _waits_until(situation, pending, ripe)
    if waiting is not None:
        return Held(pending, earliest(waiting, lapse, look))
    firing = Hold(Phase.FIRING, since=ripe)
    return _fire_on(replace(situation, hold=firing), firing, fired=ripe)


def _pending(situation: Situation, lapse: datetime | None) -> Hold:
    before, lasting = situation.hold, situation.level.level.for_
    since = _held_since(situation, before.since, lasting)
    count = before.count + situation.fresh
    ripe = before.ripe_at
    if lasting.times and ripe is None and count >= lasting.times:
        ripe = situation.at
    return Hold(
        Phase.PENDING,
        since=since,
        count=count if lasting.times else 0,
        ripe_at=ripe,
        lapses_at=lapse,
        settles_at=before.settles_at if since == before.since else None,
    )


def _only_silent(situation: Situation) -> bool:
    """Whether a count of observations goes on because there only was none."""
    counts = situation.level.level.for_.times > 1 and situation.hold.phase is Phase.PENDING and not situation.fresh
    return counts and not situation.is_outside(situation.scene) and situation.truth(situation.scene) is None


def _ripe_at(pending: Hold, lasting: Lasting) -> datetime | None:
    if lasting.times:
        return pending.ripe_at
    return None if pending.since is None else pending.since + lasting.span


def _settles_at(situation: Situation, ripe: datetime) -> datetime | None:
    """Values may come minutes after they were observed: others need the minute from when it is seen to be ripe."""
    if not situation.rule.rule.unless or situation.is_for_periods:
        return None
    return (max(ripe, situation.clock) if situation.fresh else ripe) + SETTLE


def _waits_until(situation: Situation, pending: Hold, ripe: datetime) -> datetime | None:
    """When it is looked at again, because it may not fire yet; None: it may."""
    unless, clock = situation.rule.rule.unless, situation.clock
    if unless and situation.is_for_periods and situation.fresh:
        return clock + SETTLE
    if pending.settles_at is not None and pending.settles_at > clock:
        return pending.settles_at
    if situation.allowed_at is not None and situation.allowed_at > situation.at:
        return situation.allowed_at
    if _gives_way(situation):
        waited = timedelta() if situation.fresh else clock - ripe
        return clock + min(max(SETTLE, waited / _PATIENCE), _LONGEST)
    return None


def _gives_way(situation: Situation) -> bool:
    """Whether another rule's alert fires now."""
    unless, scene = situation.rule.rule.unless, situation.scene
    if unless and scene.now != situation.clock:
        scene = replace(scene, now=situation.clock)
    return any(scene.city.fires(scene, each) for each in unless)


def _firing(situation: Situation) -> Held:
    before, lasting = situation.hold, situation.level.level.until_for
    verdict = situation.verdict(situation.scene)
    reasons = {Verdict.GIVE_UP: Resolution.UNKNOWN, Verdict.OUTSIDE: Resolution.OUTSIDE_ACTIVE}
    if verdict in reasons:
        return _end(situation, situation.at, reasons[verdict])
    if verdict is not Verdict.CLEAR:
        silent = lasting.times > 1 and not situation.fresh and situation.truth(situation.scene) is None
        kept = before if silent else Hold(Phase.FIRING, since=before.since)
        return _fire_on(situation, kept)
    since = _held_since(situation, before.clearing_since, lasting)
    count = before.clearing_count + situation.fresh
    ends = since + lasting.span
    if (count >= lasting.times) if lasting.times else ends <= situation.at:
        return _end(situation, situation.at if lasting.times else ends, Resolution.CONDITION_CLEARED)
    clearing = Hold(
        Phase.FIRING, since=before.since, clearing_since=since, clearing_count=count if lasting.times else 0
    )
    return _fire_on(situation, clearing, clears=None if lasting.times or situation.is_for_periods else ends)


def _end(situation: Situation, at: datetime, reason: Resolution) -> Held:
    """It does not begin again in the same step, whatever ``when`` says: a rule whose ``when`` and ``until`` both hold
    (the check overlapping-until) changes at most once with every observation."""
    idle = replace(situation, hold=Hold())
    lapse, look = next_turn(idle, idle.verdict(situation.scene))
    return Held(Hold(), earliest(lapse, look), ended=(at, reason))


def _fire_on(
    situation: Situation, kept: Hold, *, fired: datetime | None = None, clears: datetime | None = None
) -> Held:
    lapse, look = next_turn(situation, situation.verdict(situation.scene))
    after = Hold(
        Phase.FIRING,
        since=kept.since,
        clearing_since=kept.clearing_since,
        clearing_count=kept.clearing_count,
        lapses_at=lapse,
    )
    return Held(after, earliest(clears, lapse, look), fired=fired)


def _held_since(situation: Situation, since: datetime | None, lasting: Lasting) -> datetime:
    """Since when a hold lasts; it begins now if its values grew stale before it was over, though no step saw that."""
    lapsed = situation.hold.lapses_at
    if since is None:
        return situation.at
    if not lasting.times and lapsed is not None and lapsed < situation.scene.now and lapsed <= since + lasting.span:
        return situation.at
    return since
