"""Where a schedule and the walking oracle disagree."""

from __future__ import annotations

from datetime import datetime

from services.notifier.domain.on_call.schedule import Schedule
from services.notifier.domain.on_call.shift import Span
from tests.unit.services.notifier.domain.on_call.walked import walked


def first_difference(schedule: Schedule, start: datetime, end: datetime) -> object:
    """The first minute in which the schedule and the oracle disagree."""
    shifts = iter(schedule.shifts(Span(start, end)))
    shift = next(shifts)
    for moment, people in walked(schedule, start, end):
        while moment >= shift.span.end:
            shift = next(shifts)
        if shift.people != people:
            return schedule, moment, shift.people, people
    return None
