"""What is wanted of each luminaire and which floor binds it; and when its group has to be decided again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from services.lighting_controller.domain.arbitrating import Decision
from services.lighting_controller.domain.calendars.calendar import Calendars
from services.lighting_controller.domain.darkness import next_turn
from services.lighting_controller.domain.envelope.flooring import floors_of, next_twilight
from services.lighting_controller.domain.envelope.limits import Survey
from services.lighting_controller.domain.group import LuminaireGroup
from services.lighting_controller.domain.orders.override import Override
from services.lighting_controller.domain.orders.wishing import decisions_of


@dataclass(frozen=True)
class Verdict:
    """What is wanted of a luminaire, and the floor that binds it; None: it is day."""

    decision: Decision
    floor: int | None


def verdicts_of(
    groups: Mapping[str, LuminaireGroup],
    due: Collection[str],
    calendars: Calendars,
    overrides: Iterable[Override],
    surveyed: Survey,
    now: datetime,
) -> dict[str, Verdict]:
    """A verdict for each luminaire of the due groups.

    Args:
        groups: the due ones, and all that share a luminaire with them, whose wishes count too.
        overrides: those of all these groups.
    """
    decisions = decisions_of(groups.values(), calendars, overrides, now)
    floors = floors_of(groups.values(), calendars, surveyed, now)
    members = {luminaire for group in groups.values() if group.id in due for luminaire in group.luminaires}
    return {luminaire: Verdict(decisions[luminaire], floors[luminaire]) for luminaire in sorted(members)}


def next_decision(
    group: LuminaireGroup, calendars: Calendars, overrides: Iterable[Override], now: datetime
) -> datetime:
    """When a group is due again, if none of its overrides is before.

    At the next change of the calendar; at dusk, at dawn and when a bylaw begins or ends, for the floor; at sunset and
    sunrise while an emergency lives there that acts by night.
    """
    by_sun = any(
        override.beats_the_switch_off and not override.order.day and override.order.group == group.id
        for override in overrides
    )
    moments = (
        calendars.plan_of(group.id, group.site).next_change(now),
        calendars.bylaws.next_change(group.id, group.site, now),
        next_turn(group.site, now) if by_sun else None,
        next_twilight(group.site, now),
    )
    return min(moment for moment in moments if moment is not None)
