"""Decide what is wanted of each luminaire: which source won, which lost, and which floor binds."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from services.lighting_controller.domain.calendars.calendar import Calendars
from services.lighting_controller.domain.commanding.deciding import Verdict, verdicts_of
from services.lighting_controller.domain.envelope.limits import Survey
from services.lighting_controller.storage.groups import Groups
from services.lighting_controller.storage.overrides import Overrides
from shared.runtime.database import Transaction


def decide_luminaires(
    transaction: Transaction,
    due: Collection[str],
    calendars: Calendars,
    surveyed: Survey,
    now: datetime,
) -> dict[str, Verdict]:
    """A verdict for each luminaire of the due groups; it may belong to others too, whose wishes count."""
    groups = Groups(transaction).get(Groups(transaction).sharing(due))
    return verdicts_of(groups, due, calendars, Overrides(transaction).living(groups), surveyed, now)
