"""Counting what a luminaire used, from what it said: watts over time, exactly, piece by piece.

Reports tell levels at moments; between two of them the last one holds, also through a ramp. Where a luminaire measures
its power that counts, else its model's curve at the level that it reported. While nothing is known of it (it never
spoke, doesn't answer, or has been silent for too long) its time counts as unknown, and what it would use at its target
is kept apart as estimated. While its cabinet has no power it uses nothing, and is compared with nothing. Beside it:
what its calendar alone, and what 100 % all night, would have used in that time.

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

from services.lighting_controller.domain.energy.course import Course, Light, Meter, Span, follow
from services.lighting_controller.domain.energy.level_change import LevelChange
from services.lighting_controller.domain.energy.luminaire_model import Curve
from services.lighting_controller.domain.fault import Fault
from services.lighting_controller.domain.stepping import Steps, side_by_side

_HOUR: Final = timedelta(hours=1)


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


def count(
    meter: Meter,
    changes: Sequence[LevelChange],
    until: datetime,
    curve: Curve,
    reference: Steps[Reference],
    *,
    heard_at: datetime | None,
    silent_after: timedelta | None,
    off: Sequence[Span] = (),
) -> Counted:
    """Count from where the meter stands until another moment; for the other arguments see ``follow``.

    Args:
        changes: one of a moment that is counted already holds from the end of what is counted: nothing counts twice.
    """
    if until <= meter.counted_until:
        return Counted(meter)
    course = follow(meter, changes, until, heard_at=heard_at, silent_after=silent_after, off=off)
    uses: dict[Slot, Use] = defaultdict(Use)
    pieces = side_by_side(meter.counted_until, until, reference, course.light, course.target, course.powered)
    watts = meter.power_w
    for begin, end, (against, light, target, powered) in pieces:
        watts = _add(uses[against.slot], end - begin, curve, against, light, target) if powered else 0.0
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
    """When its light was seen to go on or off; of one whose lamp has failed only its obedience is seen."""
    lit = None if meter.light.level is None else meter.light.level > 0
    for at, light in course.told:
        if light is not None and light.level is not None:
            failed = next(fault for since, fault in reversed(course.fault) if since <= at) is Fault.LAMP
            if lit is not None and lit != (light.level > 0) and not failed:
                yield at, 1
            lit = light.level > 0
