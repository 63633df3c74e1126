"""What is wished of a group at a moment: by its calendar, and by every override that acts on it then."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from services.lighting_controller.domain.arbitrating import Source, Wish
from services.lighting_controller.domain.calendar import Calendars
from services.lighting_controller.domain.group import LuminaireGroup
from services.lighting_controller.domain.override import Override


def wishes_of(
    group: LuminaireGroup, calendars: Calendars, overrides: Iterable[Override], now: datetime
) -> tuple[Wish, ...]:
    """The calendar's wish first; overrides of other groups are passed over."""
    level = calendars.plan_of(group.id, group.site).level_at(now)
    source = Source.CALENDAR if group.id in calendars.by_group else Source.DEFAULT
    own = [override for override in overrides if override.order.group == group.id]
    acting = (override.wish(lit=level > 0) for override in own)
    return (Wish(source, level, source.value, group.id), *(wish for wish in acting if wish is not None))
