"""What is known of a luminaire over a while, from what it said, what is wrong with it, and whether it had power."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from services.lighting_controller.domain.energy.level_change import LevelChange, What
from services.lighting_controller.domain.fault import Fault
from services.lighting_controller.domain.stepping import Steps, side_by_side

Span = tuple[datetime, datetime]
"""From a moment until before another one, UTC."""


class Light(NamedTuple):
    """What a luminaire said last: percent and measured watts; None: it can't tell, or it never spoke."""

    level: int | None = None
    power_w: float | None = None


UNHEARD: Final = Light()
"""Of a luminaire that never said anything."""


@dataclass(frozen=True, kw_only=True)
class Meter:
    """How far a luminaire's energy is counted, what held then, and what it has behind it.

    Attributes:
        counted_until: all before this moment is counted, and nothing after it.
        seen: id of the last change after which there is none that is not taken into account.
        target: percent that is wanted of it; None: nothing is.
        device: what is mounted, as the registry names it; where another is, hours and faults begin again.
        power_w: what it draws, known or estimated; None: nobody can say.
        burning_s, burning_estimated_s: lit time as reported, and as estimated where nothing is known.
        faults: how often it was called faulty.
    """

    luminaire: str
    counted_until: datetime
    seen: int = 0
    light: Light = UNHEARD
    target: int | None = None
    fault: Fault | None = None
    device: str | None = None
    power_w: float | None = None
    burning_s: float = 0.0
    burning_estimated_s: float = 0.0
    faults: int = 0


@dataclass(frozen=True)
class Course:
    """What is known of a luminaire over a while.

    Attributes:
        told: its light by its own word; None: it has none, or it is too old.
        light: None: unknown. One whose lamp has failed, or whose cabinet has no power, is dark, and that is known.
        powered: whether its cabinet has power; what was heard of it says so too.
    """

    told: Steps[Light | None]
    light: Steps[Light | None]
    fault: Steps[Fault | None]
    target: Steps[int | None]
    powered: Steps[bool]
    meter: Meter


@dataclass(frozen=True)
class _Word:
    """What it said from a moment on, and when it was last heard to say so; None: never."""

    since: datetime
    light: Light
    heard: datetime | None


def follow(
    meter: Meter,
    changes: Sequence[LevelChange],
    until: datetime,
    *,
    heard_at: datetime | None,
    silent_after: timedelta | None,
    off: Sequence[Span] = (),
) -> Course:
    """What holds of a luminaire from where its meter stands until another moment.

    Args:
        changes: those with an id above ``meter.seen``, in the order of their ids.
        heard_at: when the luminaire last spoke, as far as is known now.
        silent_after: how long its last word holds; None: it speaks only when asked, so its silence says nothing.
        off: when its cabinet has no power, in order: its silence is darkness then. One that speaks has power after all.
    """
    placed = list(_placed(meter.counted_until, changes))
    due = [(at, change) for at, change in placed if at <= until]
    lights = [(at, change) for at, change in due if change.what is What.LIGHT]
    faults = [(at, change.fault) for at, change in due if change.what is What.FAULT]
    targets = [(at, change.level) for at, change in due if change.what is What.TARGET]
    start = meter.counted_until
    later = [change.id for at, change in placed if at > until]
    next_light = next((change for at, change in placed if at > until and change.what is What.LIGHT), None)
    heard = heard_at if next_light is None else next_light.heard_until
    after = replace(
        meter,
        seen=min(later) - 1 if later else max((change.id for change in changes), default=meter.seen),
        light=Light(lights[-1][1].level, lights[-1][1].power_w) if lights else meter.light,
        target=targets[-1][1] if targets else meter.target,
        fault=faults[-1][1] if faults else meter.fault,
        faults=meter.faults + _begun(meter.fault, [fault for _, fault in faults]),
    )
    words = list(_words(meter.light, start, lights, heard))
    told, called = tuple(_lights(words, silent_after)), ((start, meter.fault), *faults)
    powered = tuple(_powered(words, start, off))
    known = tuple((begin, _known(*found)) for begin, _, found in side_by_side(start, until, told, called, powered))
    return Course(told, known, called, ((start, meter.target), *targets), powered, after)


def _placed(start: datetime, changes: Sequence[LevelChange]) -> Iterator[tuple[datetime, LevelChange]]:
    """Each change with the moment from which it counts: of one sort a later change never counts before an earlier."""
    last = dict.fromkeys(What, start)
    for change in changes:
        last[change.what] = max(last[change.what], change.at)
        yield last[change.what], change


def _words(
    light: Light, start: datetime, changes: Sequence[tuple[datetime, LevelChange]], heard_at: datetime | None
) -> Iterator[_Word]:
    since, spoke = start, None
    for change in (*(change for _, change in changes), None):
        heard = heard_at if change is None else change.heard_until
        yield _Word(since, light, max((moment for moment in (heard, spoke) if moment is not None), default=None))
        if change is not None:
            since, spoke, light = max(since, change.at), change.at, Light(change.level, change.power_w)


def _lights(words: Sequence[_Word], silent_after: timedelta | None) -> Iterator[tuple[datetime, Light | None]]:
    """Its light as it told it, and None from when its last word was too old."""
    for word, following in zip(words, (*words[1:], None), strict=True):
        yield word.since, word.light if word.light != UNHEARD else None
        if silent_after is not None:
            silent = word.since if word.heard is None else max(word.since, word.heard + silent_after)
            if following is None or silent < following.since:
                yield silent, None


def _powered(words: Sequence[_Word], start: datetime, off: Sequence[Span]) -> Iterator[tuple[datetime, bool]]:
    yield start, True
    for word, following in zip(words, (*words[1:], None), strict=True):
        for begin, end in off:
            cut = max(begin, word.since, word.heard or begin)
            back = end if following is None else min(end, following.since)
            if cut < back:
                yield cut, False
                yield back, True


def _known(light: Light | None, fault: Fault | None, powered: bool) -> Light | None:
    if not powered:
        return Light(0, 0.0)
    if fault is Fault.LAMP:
        # Who mends it will hear of it: until then it stays dark, also if it says nothing.
        return Light(0, None if light is None else light.power_w)
    return None if fault is Fault.COMMUNICATION else light


def _begun(fault: Fault | None, faults: Sequence[Fault | None]) -> int:
    """How often it became faulty; another fault in place of one is no new one."""
    before = (fault, *faults)
    return sum(1 for was, now in zip(before, faults, strict=False) if was is None and now is not None)
