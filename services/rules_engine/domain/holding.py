"""One level of a rule through time: when it is about to fire, fires, is about to end, and ends.

Two sorts of time go in, with the scene. ``at`` is event time: that of the deciding observation, or ``now`` on a tick;
holds are measured in it, so that a slow network doesn't shorten them. ``now`` is the clock: by it values grow stale. A
hold that ended between two steps ended when its time was over, however late the step came.

A hold of so many observations counts observations only: a sensor that is silent for a while takes nothing back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from services.rules_engine.domain.alert import Hold, Phase, Resolution
from services.rules_engine.domain.decision import Compiled
from services.rules_engine.domain.preparing import CompiledLevel, CompiledRule
from services.rules_engine.domain.rule import Lasting, WhenUnknown
from services.rules_engine.domain.scene import Scene
from services.rules_engine.domain.spans import moment_of
from services.rules_engine.domain.truth import Truth, negation
from services.rules_engine.domain.unless import SETTLE

_TRIES: Final = 8
"""So many moments are tried at which the clock might matter; a window of a week has thousands, each is a decision."""

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


class Verdict(StrEnum):
    """What the truth of a condition means for an alert, given what the rule does on unknown and when it is active."""

    RAISE = "raise"
    CLEAR = "clear"
    GIVE_UP = "give-up"
    OUTSIDE = "outside"
    STAY = "stay"


@dataclass(frozen=True)
class Situation:
    """All that a step looks at.

    Attributes:
        at: event time of the step, not before what is remembered.
        fresh: an observation brought it about, or the end of a period; not the clock alone.
        allowed_at: the rule may not alert again before; None: it may.
    """

    rule: CompiledRule
    level: CompiledLevel
    hold: Hold
    scene: Scene
    at: datetime
    fresh: bool
    allowed_at: datetime | None = None

    @property
    def deciding(self) -> Compiled:
        """``until`` while it fires, if there is one, else ``when``."""
        until = self.level.until
        return until if self.hold.fires and until is not None else self.level.when

    @property
    def when_unknown(self) -> WhenUnknown:
        return self.rule.rule.when_unknown

    def truth(self, scene: Scene) -> Truth:
        """Whether it fires or ends, as the deciding condition has it."""
        truth = self.deciding.decide_in(scene)
        return negation(truth) if self.hold.fires and self.level.until is None else truth

    def verdict(self, scene: Scene) -> Verdict:
        """What the values mean at the moment of a scene."""
        outside = self.rule.active is not None and self.rule.active.decide_in(scene) is False
        if not self.hold.fires:
            truth = None if outside else self.truth(scene)
            alarms = truth is None and not outside and self.when_unknown is WhenUnknown.ALERT
            return Verdict.RAISE if truth or alarms else Verdict.STAY
        if outside:
            return Verdict.OUTSIDE
        truth = self.truth(scene)
        if truth is None and self.when_unknown is WhenUnknown.RESOLVE:
            return Verdict.GIVE_UP
        return Verdict.CLEAR if truth else Verdict.STAY


def hold(situation: Situation) -> Held:
    """Take one step."""
    return _firing(situation) if situation.hold.fires else _idle(situation)


def _idle(situation: Situation) -> Held:
    verdict = situation.verdict(situation.scene)
    lapse, look = _next_turn(situation, verdict)
    if verdict is not Verdict.RAISE:
        if _only_silent(situation):
            return Held(situation.hold, look)
        return Held(Hold(), _earliest(lapse, look))
    pending = _pending(situation, lapse)
    ripe = _ripe_at(pending, situation.level.level.for_)
    if ripe is None or ripe > situation.at:
        return Held(pending, _earliest(ripe, lapse, look))
    waiting = _waits_until(situation, ripe)
    if waiting is not None:
        return Held(pending, _earliest(waiting, lapse, look))
    firing = Hold(Phase.FIRING, since=ripe)
    return _fire_on(_with(situation, firing), firing, fired=ripe)


def _pending(situation: Situation, lapse: datetime | None) -> Hold:
    before, lasting = situation.hold, situation.level.level.for_
    since = _held_since(situation, before.since, lasting)
    count = before.count + situation.fresh
    ripe = before.ripe_at
    if lasting.times and ripe is None and count >= lasting.times:
        ripe = situation.at
    return Hold(Phase.PENDING, since=since, count=count if lasting.times else 0, ripe_at=ripe, lapses_at=lapse)


def _only_silent(situation: Situation) -> bool:
    """Whether a count of observations goes on because there only was none."""
    counts = situation.level.level.for_.times > 1 and situation.hold.phase is Phase.PENDING and not situation.fresh
    return counts and situation.truth(situation.scene) is None


def _ripe_at(pending: Hold, lasting: Lasting) -> datetime | None:
    if lasting.times:
        return pending.ripe_at
    return None if pending.since is None else pending.since + lasting.span


def _waits_until(situation: Situation, ripe: datetime) -> datetime | None:
    """When it is looked at again, because it may not fire yet; None: it may."""
    unless, now = situation.rule.rule.unless, situation.scene.now
    if unless and situation.rule.rule.every is None and ripe + SETTLE > situation.at:
        # Values may come minutes after they were observed: others need the minute from now on.
        return (max(ripe, now) if situation.fresh else ripe) + SETTLE
    if situation.allowed_at is not None and situation.allowed_at > situation.at:
        return situation.allowed_at
    if any(situation.scene.city.fires(situation.scene, each) for each in unless):
        waited = timedelta() if situation.fresh else now - ripe
        return now + min(max(SETTLE, waited / _PATIENCE), _LONGEST)
    return None


def _with(situation: Situation, changed: Hold) -> Situation:
    return Situation(
        situation.rule, situation.level, changed, situation.scene, situation.at, situation.fresh, situation.allowed_at
    )


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
    return _fire_on(situation, clearing, clears=None if lasting.times else ends)


def _end(situation: Situation, at: datetime, reason: Resolution) -> Held:
    """It does not begin again in the same step, whatever ``when`` says: a rule whose ``when`` and ``until`` both hold
    (the check overlapping-until) changes at most once with every observation."""
    idle = _with(situation, Hold())
    lapse, look = _next_turn(idle, idle.verdict(situation.scene))
    return Held(Hold(), _earliest(lapse, look), ended=(at, reason))


def _fire_on(
    situation: Situation, kept: Hold, *, fired: datetime | None = None, clears: datetime | None = None
) -> Held:
    lapse, look = _next_turn(situation, situation.verdict(situation.scene))
    after = Hold(
        Phase.FIRING,
        since=kept.since,
        clearing_since=kept.clearing_since,
        clearing_count=kept.clearing_count,
        lapses_at=lapse,
    )
    return Held(after, _earliest(clears, lapse, look), fired=fired)


def _held_since(situation: Situation, since: datetime | None, lasting: Lasting) -> datetime:
    """Since when a hold lasts; it begins now if its values grew stale before it was over, though no step saw that."""
    lapsed = situation.hold.lapses_at
    if since is None:
        return situation.at
    if not lasting.times and lapsed is not None and lapsed < situation.scene.now and lapsed <= since + lasting.span:
        return situation.at
    return since


def _next_turn(situation: Situation, verdict: Verdict) -> tuple[datetime | None, datetime | None]:
    """The first moment after now at which the clock makes the verdict another; and one at which to look again.

    The second is for what can't be foreseen: where other points are read, and beyond the calendars looked at.
    """
    rule, scene = situation.rule, situation.scene
    if rule.rule.every is not None or not _may_turn(situation, verdict):
        return None, None
    moments = sorted(_candidates(situation))
    if situation.deciding.correlated:
        return None, moment_of(moments[0]) if moments else None
    for tried, moment in enumerate(moments):
        then = moment_of(moment)
        if tried == _TRIES:
            return None, then
        if situation.verdict(scene.at_moment(then)) is not verdict:
            return then, None
    return None, moment_of(moments[-1]) if moments and _goes_on(situation) else None


def _candidates(situation: Situation) -> Iterator[int]:
    condition, active, scene = situation.deciding, situation.rule.active, situation.scene
    moments: Iterable[int] = set(condition.moments(scene))
    if active is not None:
        moments = {*moments, *active.moments(scene)}
    if not situation.hold.fires and not _goes_on(situation):
        # When all that it reads has grown stale it can't fire any more, whatever calendars say.
        last = condition.lapses(scene)
        return (moment for moment in moments if last is not None and moment <= last)
    return iter(moments)


def _goes_on(situation: Situation) -> bool:
    """Whether there is more to come by the clock than what grows stale."""
    alarms = situation.when_unknown is WhenUnknown.ALERT
    turns = situation.deciding.turns or situation.rule.active is not None
    return turns and (situation.hold.fires or alarms or situation.deciding.rises_without_data)


def _may_turn(situation: Situation, verdict: Verdict) -> bool:
    """Whether the clock can matter; it spares most steps the search.

    A value that becomes unknown makes nothing true and nothing false, so a verdict of STAY stays, except where the
    rule acts on unknown, or reads what turns by the clock.
    """
    acts = WhenUnknown.RESOLVE if situation.hold.fires else WhenUnknown.ALERT
    return (
        verdict is not Verdict.STAY
        or situation.when_unknown is acts
        or situation.deciding.turns
        or situation.rule.active is not None
    )


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)
