"""What an observation that comes behind newer ones makes of holds that are not over: it may break them.

What was told stays told; but nobody is to be woken for something that held without a break, as far as was known at
first, and did not as far as is known now. It only shortens holds: one that turns out to be longer is not ripe earlier.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime

from msgspec import structs

from services.rules_engine.domain.alert import AlertState, Hold, Phase
from services.rules_engine.domain.preparing import CompiledLevel, CompiledRule
from services.rules_engine.domain.scene import Scene
from services.rules_engine.domain.situation import Situation, Verdict
from services.rules_engine.domain.spans import moment_of, stamp


def correct(rule: CompiledRule, state: AlertState, scene: Scene) -> AlertState:
    """The state, of which each hold begins behind the scene's ``at`` if what is now known of that moment breaks it.

    Args:
        scene: with the observation in it; its ``at`` is when that was observed.
    """
    # First of all, since history that is told again comes by the thousand: nearly all of it is older than any hold.
    if (
        rule.rule.every is not None
        or rule.reads_others
        or not any(_lasts_since(each, scene.at) for each in state.holds)
    ):
        return state
    after = _times_after(rule, scene)
    if not after:
        return state
    seen = scene.as_of(scene.at)
    holds = tuple(_corrected(rule, *each, seen, after) for each in zip(rule.levels, state.holds, strict=True))
    return structs.replace(state, holds=holds)


def _lasts_since(hold: Hold, moment: datetime) -> bool:
    """Whether it is not over, and began no later."""
    began = hold.since if hold.phase is Phase.PENDING else hold.clearing_since
    return began is not None and began <= moment


def _times_after(rule: CompiledRule, scene: Scene) -> list[datetime]:
    """When anything was observed later that the rule reads, oldest first."""
    last = stamp(scene.at)
    known = [series.times for name, series in scene.series.items() if name in rule.properties]
    later = {time for times in known for time in times[bisect_right(times, last) :]}
    return [moment_of(time) for time in sorted(later)]


def _corrected(rule: CompiledRule, level: CompiledLevel, hold: Hold, seen: Scene, after: list[datetime]) -> Hold:
    situation = Situation(rule, level, hold, seen, fresh=True, clock=seen.now)
    if hold.phase is Phase.PENDING:
        if hold.since is None or hold.since > seen.at or situation.verdict(seen) is Verdict.RAISE:
            return hold
        count = len(after) if hold.count else 0
        ripe = after[level.level.for_.times - 1] if hold.ripe_at and count >= level.level.for_.times > 0 else None
        return structs.replace(hold, since=after[0], count=count, ripe_at=ripe, settles_at=None)
    if hold.clearing_since is None or hold.clearing_since > seen.at or situation.verdict(seen) is Verdict.CLEAR:
        return hold
    return structs.replace(hold, clearing_since=after[0], clearing_count=len(after) if hold.clearing_count else 0)
