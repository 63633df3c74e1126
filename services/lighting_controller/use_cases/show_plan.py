"""Show what the calendar of a group does through a year."""

from __future__ import annotations

from datetime import datetime

from services.lighting_controller.domain.calendars.calendar import Calendars
from services.lighting_controller.domain.calendars.planning import YearPlan, plan_year
from services.lighting_controller.storage.groups import Groups
from shared.runtime.database import Database


def show_plan(database: Database, calendars: Calendars, group_id: str, year: int | None, now: datetime) -> YearPlan:
    """The plan of that year; None: of the year that the clocks of the group show now.

    Raises:
        NotFound: no such group of luminaires.
    """
    with database.transaction() as transaction:
        group = Groups(transaction).one(group_id)
    return plan_year(group, calendars, now.astimezone(group.site.zone).year if year is None else year)
