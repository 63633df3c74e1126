"""Bring overrides to a moment: they start, their lit time is used up or granted again, they expire."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from services.lighting_controller.domain.calendars.calendar import Calendars
from services.lighting_controller.domain.group import LuminaireGroup
from services.lighting_controller.domain.orders.announcing import override_changed
from services.lighting_controller.domain.orders.counting import advance
from services.lighting_controller.domain.orders.override import Override
from services.lighting_controller.storage.groups import Groups
from services.lighting_controller.storage.overrides import Overrides
from shared import bus
from shared.runtime.database import Transaction


def advance_overrides(transaction: Transaction, due: Collection[str], calendars: Calendars, now: datetime) -> None:
    """Those of these groups, which are locked; the calendars say which time was lit."""
    groups = Groups(transaction).get(due)
    changed: list[Override] = []
    for override in Overrides(transaction).living(due):
        advanced = advance_override(transaction, override, calendars, groups.get(override.order.group), now)
        if advanced != override:
            changed.append(advanced)
    Overrides(transaction).save(changed)


def advance_override(
    transaction: Transaction, override: Override, calendars: Calendars, group: LuminaireGroup | None, now: datetime
) -> Override:
    """The override at ``now``, which is not saved, with what became of it on the way told.

    Args:
        group: its own; None: it is not known.
    """
    advanced = advance(override, now, calendars.plan_of(group.id, group.site) if group else None)
    for transition in advanced.told:
        transaction.publish(bus.OVERRIDE_CHANGED, override_changed(advanced.override, transition))
    return advanced.override
