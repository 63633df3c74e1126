"""Two hundred made-up rotations equal an oracle that walks minute by minute across both daylight-saving days."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from services.notifier.domain.on_call.shift import Span
from tests.unit.services.notifier.domain.on_call.differing import first_difference
from tests.unit.services.notifier.domain.on_call.walked import changes_of_clocks, made_up

YEAR = 2026
AROUND = timedelta(hours=30)
SCHEDULES = 200
BUNCHES = 10
changes_of = cache(changes_of_clocks)


@pytest.mark.parametrize("bunch", range(BUNCHES))
def test_rotations_equal_the_walked_ones_around_both_changes_of_clocks(bunch: int) -> None:
    chance = random.Random(bunch)  # noqa: S311 - made-up schedules, not secrets
    for _ in range(SCHEDULES // BUNCHES):
        schedule = made_up(chance, YEAR)
        changes = changes_of(schedule.zone, YEAR)
        assert len(changes) == 2
        assert [first_difference(schedule, hour - AROUND, hour + AROUND) for hour in changes] == [None, None]


def test_a_single_moment_is_answered_like_the_whole_plan() -> None:
    chance = random.Random(7)  # noqa: S311 - as above
    start, end = datetime(YEAR, 1, 1, tzinfo=UTC), datetime(YEAR + 1, 1, 1, tzinfo=UTC)
    for _ in range(20):
        schedule = made_up(chance, YEAR)
        shifts = schedule.shifts(Span(start, end))
        for _ in range(100):
            moment = start + timedelta(minutes=chance.randint(0, 525_000))
            found = next(shift.people for shift in shifts if shift.span.start <= moment < shift.span.end)
            assert schedule.on_duty(moment) == found
