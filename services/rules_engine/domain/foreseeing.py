"""When the clock alone will make another thing of a level, if nothing more is observed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from services.rules_engine.domain.rule import WhenUnknown
from services.rules_engine.domain.situation import Situation, Verdict
from services.rules_engine.domain.spans import moment_of

_TRIES: Final = 8
"""So many moments are tried at which the clock might matter; a window of a week has thousands, each is a decision."""


def next_turn(situation: Situation, verdict: Verdict) -> tuple[datetime | None, datetime | None]:
    """The first moment after now at which the clock makes the verdict another; and one at which to look again.

    The second is for what can't be foreseen: where other points are read, and beyond the calendars looked at.
    """
    scene = situation.scene
    if situation.is_for_periods or not _may_turn(situation, verdict):
        return None, None
    if scene.at < scene.now and situation.verdict(scene.at_moment(scene.now)) is not verdict:
        # Between the observation and its arrival a calendar turned.
        return scene.now, None
    if situation.deciding.correlated:
        first = min(_candidates(situation), default=None)
        return None, None if first is None else moment_of(first)
    moments = sorted(_candidates(situation))
    for moment in moments[:_TRIES]:
        if _turns_at(situation, moment, verdict):
            return moment_of(moment), None
    if len(moments) > _TRIES:
        # It is looked at again then; but a stop must not hide that all its values grew stale meanwhile.
        last = situation.deciding.lapses(scene)
        lapses = last is not None and _turns_at(situation, last, verdict)
        return moment_of(last) if lapses and last is not None else None, moment_of(moments[_TRIES])
    return None, moment_of(moments[-1]) if moments and _goes_on(situation) else None


def _turns_at(situation: Situation, moment: int, verdict: Verdict) -> bool:
    return situation.verdict(situation.scene.at_moment(moment_of(moment))) is not verdict


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


def earliest(*moments: datetime | None) -> datetime | None:
    """The first of some moments at which the clock comes; None: at none of them."""
    return min((moment for moment in moments if moment is not None), default=None)
