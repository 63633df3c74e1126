"""Counting what a luminaire used, from what it said: watts over time, exactly, piece by piece.

Reports tell levels at moments; between two of them the last one holds, also through a ramp. Where a luminaire measures
its power that counts, else its model's curve at the level that it reported. While nothing is known of it (it never
spoke, doesn't answer, or has been silent for too long) its time counts as unknown, and what it would use at its target
is kept apart as estimated. Beside it: what its calendar alone, and what 100 % all night, would have used in that time.

The day of all figures is the night, noon to noon of the clocks at its place, with the date on which it begins. That is
how calendars, bylaws and reports of incidents speak of it, and a night that midnight cuts in two compares with none.
A month of nights differs from the month of a bill by the half nights at its ends.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from services.lighting_controller.domain.fault import Fault
from services.lighting_controller.domain.level_change import LevelChange, What
from services.lighting_controller.domain.luminaire_model import Curve
from services.lighting_controller.domain.stepping import Steps, side_by_side

_HOUR: Final = timedelta(hours=1)


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


class Slot(NamedTuple):
    """What figures are kept by: the night and the tariff of its hours."""

    night: date
    tariff: str


class Reference(NamedTuple):
    """What a moment is counted against: its slot, and percent by the calendar alone and with 100 % all night."""

    slot: Slot
    calendar: int
    full: int


@dataclass(slots=True)
class Use:
    """What one slot comes to. Energies in Wh, times in seconds.

    Attributes:
        reported_wh, estimated_wh: used as far as the luminaire's word goes, and guessed by its target.
        calendar_wh, full_wh: by the calendar alone, and at 100 % all night, over the time of both.
        lit_s, lit_estimated_s: burning, as reported and by its target.
        unknown_s: nothing was known of it.
        switchings: how often its light was seen to go on or off.
    """

    reported_wh: float = 0.0
    estimated_wh: float = 0.0
    calendar_wh: float = 0.0
    full_wh: float = 0.0
    lit_s: float = 0.0
    lit_estimated_s: float = 0.0
    unknown_s: float = 0.0
    switchings: int = 0


def total(uses: Iterable[Use]) -> Use:
    """All of them together."""
    whole = Use()
    for use in uses:
        for item in fields(Use):
            setattr(whole, item.name, getattr(whole, item.name) + getattr(use, item.name))
    return whole


@dataclass(frozen=True)
class Counted:
    """The meter afterwards, and what is to be added to its slots."""

    meter: Meter
    uses: dict[Slot, Use] = field(default_factory=dict)


@dataclass(frozen=True)
class Course:
    """What is known of a luminaire over a while: its light (None: unknown), its fault and its target."""

    light: Steps[Light | None]
    fault: Steps[Fault | None]
    target: Steps[int | None]
    meter: Meter


def count(
    meter: Meter,
    changes: Sequence[LevelChange],
    until: datetime,
    curve: Curve,
    reference: Steps[Reference],
    *,
    heard_at: datetime | None,
    silent_after: timedelta | None,
) -> Counted:
    """Count from where the meter stands until another moment.

    Args:
        changes: those with an id above ``meter.seen``, in the order of their ids. A change of a moment that is counted
            already holds from the end of what is counted: nothing counts twice.
        heard_at: when the luminaire last spoke, as far as is known now.
        silent_after: how long its last word holds; None: it speaks only when asked, so its silence says nothing.
    """
    if until <= meter.counted_until:
        return Counted(meter)
    course = follow(meter, changes, until, heard_at=heard_at, silent_after=silent_after)
    uses: dict[Slot, Use] = defaultdict(Use)
    pieces = side_by_side(meter.counted_until, until, reference, course.light, course.fault, course.target)
    watts = meter.power_w
    for begin, end, (against, light, fault, target) in pieces:
        watts = _add(uses[against.slot], end - begin, curve, against, _known(light, fault), target)
    for at, lit in _switchings(meter, course):
        slot = next(against.slot for moment, against in reversed(reference) if moment <= at)
        uses[slot].switchings += lit
    burning = sum(use.lit_s for use in uses.values()), sum(use.lit_estimated_s for use in uses.values())
    after = replace(
        course.meter,
        counted_until=until,
        power_w=watts,
        burning_s=meter.burning_s + burning[0],
        burning_estimated_s=meter.burning_estimated_s + burning[1],
    )
    return Counted(after, dict(uses))


def follow(
    meter: Meter,
    changes: Sequence[LevelChange],
    until: datetime,
    *,
    heard_at: datetime | None,
    silent_after: timedelta | None,
) -> Course:
    """What holds of a luminaire from where its meter stands until another moment; for arguments see ``count``."""
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
    return Course(
        tuple(_lights(meter.light, start, lights, heard, silent_after)),
        ((start, meter.fault), *faults),
        ((start, meter.target), *targets),
        after,
    )


def _placed(start: datetime, changes: Sequence[LevelChange]) -> Iterator[tuple[datetime, LevelChange]]:
    """Each change with the moment from which it counts: of one sort a later change never counts before an earlier."""
    last = dict.fromkeys(What, start)
    for change in changes:
        last[change.what] = max(last[change.what], change.at)
        yield last[change.what], change


def _lights(
    light: Light,
    start: datetime,
    changes: Sequence[tuple[datetime, LevelChange]],
    heard_at: datetime | None,
    silent_after: timedelta | None,
) -> Iterator[tuple[datetime, Light | None]]:
    """Its light as it told it, and None from when its last word was too old."""
    since, spoke = start, None
    for change in (*(change for _, change in changes), None):
        yield since, light if light != UNHEARD else None
        heard = heard_at if change is None else change.heard_until
        if silent_after is not None:
            word = max((moment for moment in (heard, spoke) if moment is not None), default=None)
            silent = since if word is None else max(since, word + silent_after)
            if change is None or silent < change.at:
                yield silent, None
        if change is not None:
            since, spoke, light = max(since, change.at), change.at, Light(change.level, change.power_w)


def _known(light: Light | None, fault: Fault | None) -> Light | None:
    return None if fault is Fault.COMMUNICATION else light


def _add(
    use: Use, length: timedelta, curve: Curve, against: Reference, light: Light | None, target: int | None
) -> float | None:
    """Add a piece in which nothing changes; the watts in it, None: nobody can say."""
    seconds, hours = length.total_seconds(), length / _HOUR
    watts: float | None
    if light is None:
        watts = None if target is None else curve.watts(target)
        use.unknown_s += seconds
        use.estimated_wh += (watts or 0.0) * hours
        use.lit_estimated_s += seconds if target else 0.0
    else:
        watts = light.power_w if light.power_w is not None else curve.watts(light.level or 0)
        use.reported_wh += watts * hours
        use.lit_s += seconds if light.level else 0.0
    if watts is not None:
        # What can't be estimated can't be compared either.
        use.calendar_wh += curve.watts(against.calendar) * hours
        use.full_wh += curve.watts(against.full) * hours
    return watts


def _switchings(meter: Meter, course: Course) -> Iterator[tuple[datetime, int]]:
    """When its light was seen to go on or off."""
    lit = None if meter.light.level is None else meter.light.level > 0
    for at, light in course.light:
        if light is not None and light.level is not None:
            if lit is not None and lit != (light.level > 0):
                yield at, 1
            lit = light.level > 0


def _begun(fault: Fault | None, faults: Sequence[Fault | None]) -> int:
    """How often it became faulty; another fault in place of one is no new one."""
    before = (fault, *faults)
    return sum(1 for was, now in zip(before, faults, strict=False) if was is None and now is not None)
