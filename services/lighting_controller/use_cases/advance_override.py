"""Bring an override to a moment, and tell what became of it on the way."""

from __future__ import annotations

from datetime import datetime

from services.lighting_controller.domain.announcing import override_changed
from services.lighting_controller.domain.calendar import Calendars
from services.lighting_controller.domain.counting import advance
from services.lighting_controller.domain.group import LuminaireGroup
from services.lighting_controller.domain.override import Override
from shared import bus
from shared.runtime.database import Transaction


def advance_override(
    transaction: Transaction, override: Override, calendars: Calendars, group: LuminaireGroup | None, now: datetime
) -> Override:
    """The override at ``now``, which is not saved; ``group``: its own, None: it is not known."""
    advanced = advance(override, now, calendars.plan_of(group.id, group.site) if group else None)
    for transition in advanced.told:
        transaction.publish(bus.OVERRIDE_CHANGED, override_changed(advanced.override, transition))
    return advanced.override
