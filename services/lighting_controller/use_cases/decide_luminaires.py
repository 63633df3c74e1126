"""Decide what is wanted of each luminaire: which source won, which lost, and which floor binds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from services.lighting_controller.domain.arbitrating import Decision
from services.lighting_controller.domain.calendar import Calendars
from services.lighting_controller.domain.flooring import Dark, dark_of, floor_in
from services.lighting_controller.domain.limits import Survey
from services.lighting_controller.domain.wishing import decisions_of
from services.lighting_controller.storage.groups import Groups
from services.lighting_controller.storage.overrides import Overrides
from shared.runtime.database import Transaction


@dataclass(frozen=True)
class Verdict:
    """What is wanted of a luminaire, and the floor that binds it; None: it is day."""

    decision: Decision
    floor: int | None


def decide_luminaires(
    transaction: Transaction,
    due: Collection[str],
    calendars: Calendars,
    surveyed: Survey,
    now: datetime,
) -> dict[str, Verdict]:
    """A verdict for each luminaire of the due groups; it may belong to others too, whose wishes count."""
    groups = Groups(transaction).get(Groups(transaction).sharing(due))
    overrides = Overrides(transaction).living(groups)
    decisions = decisions_of(groups.values(), calendars, overrides, now)
    around: dict[str, list[Dark]] = defaultdict(list)
    for group in groups.values():
        dark = dark_of(group, calendars, now)
        for luminaire in group.luminaires:
            around[luminaire].append(dark)
    members = {luminaire for group in groups.values() if group.id in due for luminaire in group.luminaires}
    return {
        luminaire: Verdict(decisions[luminaire], floor_in(around[luminaire], surveyed.class_of(luminaire)))
        for luminaire in sorted(members)
    }
