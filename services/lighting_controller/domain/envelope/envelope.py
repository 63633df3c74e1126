"""The safety envelope: what a luminaire is commanded now, whatever is wanted of it.

It stands after arbitration and before every command, and binds everybody, calendars, persons and emergencies too. Four
things are free of some of it, each because light is the safe side:

- Brightening never waits for the dwell.
- Brightening for an emergency or a vital rule is free of step and share: people are in danger now, and steps of a
  minute each would keep a flooded bank dim for minutes. Its ramp stays: it takes seconds, and dazzles nobody.
- Brightening at night from below the floor, or from dark, is free of step and share too: the floor is an obligation,
  and a whole city that lights up at dusk must not be dark while waves of it wait.
- By day (the sun is up and the calendar has the group unlit) there is neither floor nor step: the sky lights the road.

What is free does not count in the zone's share, so it takes nothing from others.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from services.lighting_controller.domain.arbitrating import Source, Wish
from services.lighting_controller.domain.envelope.sharing import MINUTE, Shares
from services.lighting_controller.domain.luminaire import Confined, Luminaire, Told
from services.lighting_controller.domain.road_class import Cut, RoadClass

_WORTH_TELLING: Final = timedelta(minutes=2)
_URGENT: Final = (Source.EMERGENCY, Source.VITAL_RULE)
_DELAYS: Final = frozenset({Cut.STEP, Cut.DWELL, Cut.SHARE})


class Allowed(Struct, frozen=True):
    """What the envelope makes of a wish.

    Attributes:
        wish: what is commanded now; its level and ramp are what the envelope leaves.
        cuts: what was cut of what is wanted.
        look_at: when more may be allowed; None: this is all that ever is.
        counts: whether the change counts in the zone's share.
    """

    wish: Wish
    cuts: tuple[Cut, ...] = ()
    look_at: datetime | None = None
    counts: bool = False


class _Way(Struct, frozen=True):
    """How far a luminaire may go now, what stops it there, and when it may go on."""

    level: int
    cut: Cut | None = None
    look_at: datetime | None = None


def confine(luminaire: Luminaire, wanted: Wish, road: RoadClass, shares: Shares, now: datetime) -> Allowed:
    """What the luminaire is commanded at ``now``.

    Args:
        luminaire: with the floor that binds now, what it was told and when.
        shares: what its zones may still change; a change that counts is taken from it.
    """
    goal = max(wanted.level, luminaire.floor or 0)
    cuts = (Cut.FLOOR,) if goal > wanted.level else ()
    start = luminaire.last_level
    if start is None:
        # Nobody knows what it does: it is taken up, not changed.
        return _allowed(luminaire, wanted, _Way(goal), road, cuts)
    # Told otherwise once, it is seen there all the same, and nothing is on its way: no light changes.
    there = goal == start or (luminaire.feedback == goal and luminaire.in_flight is None)
    free = there or (goal > start and _is_free(luminaire, wanted, start))
    way = _Way(goal) if free else _way(luminaire, start, goal, road, now)
    counts = way.level != start and not free
    if counts and (room_at := shares.room_at(luminaire.id)) is not None:
        way, counts = _Way(start, Cut.SHARE, room_at), False
    if counts:
        shares.take(luminaire.id)
    stopped = () if way.cut is None else (way.cut,)
    return _allowed(luminaire, wanted, way, road, (*cuts, *stopped), counts=counts)


def want(luminaire: Luminaire, wanted: Wish) -> Luminaire:
    """The luminaire of which that is wanted; for another wish than before the time of waiting begins anew."""
    before = luminaire.wanted
    if before == wanted:
        return luminaire
    if before is not None and (before.by, before.level) == (wanted.by, wanted.level):
        return replace(luminaire, wanted=wanted)
    return replace(luminaire, wanted=wanted, confined=replace(luminaire.confined, since=None))


def keep(luminaire: Luminaire, allowed: Allowed, now: datetime) -> Luminaire:
    """The luminaire with what the envelope made of its wish; its target is set elsewhere."""
    since = (luminaire.confined.since or now) if _DELAYS & set(allowed.cuts) else None
    confined = Confined(allowed.cuts, since, allowed.look_at)
    return luminaire if luminaire.confined == confined else replace(luminaire, confined=confined)


def note_told(luminaire: Luminaire, level: int, now: datetime, *, counts: bool) -> Luminaire:
    """The luminaire for which a command is noted as sent: from here on it may have arrived.

    A repetition for one that is still seen at another level may be what changes it, so its time counts from then, in
    the zone's share too if the first did: of what a process noted that died before it sent, the repetition is the first
    to leave.

    Args:
        counts: in the zone's share, if it is a change.
    """
    told, start, seen = luminaire.told, luminaire.last_level, luminaire.feedback
    repeats = told is not None and told.level == level
    if repeats and (seen is None or seen == level):
        return luminaire
    dims = any(place is not None and level < place for place in (start, seen))
    dimmed_at, counted_at = (told.dimmed_at, told.counted_at) if told else (None, None)
    counts = counts or (told is not None and repeats and counted_at == told.at)
    return replace(
        luminaire,
        told=Told(
            level=level,
            before=told.before if told and repeats else _before(told, start, level, now),
            at=now,
            dimmed_at=now if dims else dimmed_at,
            counted_at=now if counts else counted_at,
        ),
    )


def note_seen(luminaire: Luminaire, now: datetime) -> Luminaire:
    """The luminaire that is seen to do what is commanded: that is as good as told."""
    if luminaire.told is None or luminaire.target is None or luminaire.told.level == luminaire.target.level:
        return luminaire
    return note_told(luminaire, luminaire.target.level, now, counts=False)


def is_delayed(confined: Confined) -> bool:
    """Whether what is wanted is held up for more than two minutes, so that whoever wants it should know.

    Two waves of a zone are a minute apart and nobody's worry.
    """
    since, until = confined.since, confined.look_at
    return since is not None and until is not None and until - since > _WORTH_TELLING


def _is_free(luminaire: Luminaire, wanted: Wish, start: int) -> bool:
    """Whether a brightening is free of step and share."""
    is_dark = luminaire.floor is not None and start < max(luminaire.floor, 1)
    return is_dark or wanted.source in _URGENT


def _way(luminaire: Luminaire, start: int, goal: int, road: RoadClass, now: datetime) -> _Way:
    """From start to goal, which differ, as far as dwell and step allow."""
    told = luminaire.told
    if goal < start and told is not None and told.dimmed_at is not None and now < told.dimmed_at + road.dwell:
        return _Way(start, Cut.DWELL, told.dimmed_at + road.dwell)
    if luminaire.floor is None:
        return _Way(goal)
    # A step is measured from wherever the luminaire may be now, and was in the last minute.
    places = {start, *([] if luminaire.feedback is None else [luminaire.feedback])}
    recent = told is not None and now < told.at + MINUTE
    if told is not None and recent:
        places.add(told.before)
    if goal < start:
        level = max(goal, min(start, max(places) - road.step))
    else:
        level = min(goal, max(start, min(places) + road.step))
    if level == goal:
        return _Way(goal)
    return _Way(level, Cut.STEP, _next_step(luminaire, level, start, goal, road, now))


def _next_step(luminaire: Luminaire, level: int, start: int, goal: int, road: RoadClass, now: datetime) -> datetime:
    if level != start:
        return now + (max(road.dwell, MINUTE) if goal < start else MINUTE)
    # The step before has not been seen to work: ``now`` means at once when it is.
    return max(now, luminaire.told.at + MINUTE) if luminaire.told else now


def _allowed(
    luminaire: Luminaire, wanted: Wish, way: _Way, road: RoadClass, cuts: tuple[Cut, ...], *, counts: bool = False
) -> Allowed:
    level, ramp = way.level, _ramp(luminaire, wanted, way.level, road)
    # Who asked for no ramp has nothing cut of it.
    if timedelta() < wanted.ramp < ramp and level != luminaire.last_level:
        cuts = (*cuts, Cut.RAMP)
    wish = wanted if (wanted.level, wanted.ramp) == (level, ramp) else replace(wanted, level=level, ramp=ramp)
    return Allowed(wish, cuts, way.look_at, counts)


def _ramp(luminaire: Luminaire, wanted: Wish, level: int, road: RoadClass) -> timedelta:
    start, target = luminaire.last_level, luminaire.target
    if level == start and target is not None and target.level == level:
        # It is told again what it was told, as slowly.
        return target.ramp
    points = 0 if start is None else abs(level - start)
    return max(wanted.ramp, road.ramp * points / 100)


def _before(told: Told | None, start: int | None, level: int, now: datetime) -> int:
    """Where it stood before; the first of several changes in one direction, each within a minute of the last."""
    if start is None:
        return level
    if told is not None and now < told.at + MINUTE and (told.level < told.before) == (level < start):
        return told.before
    return start
