"""Which moment a clock on the wall showed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.telemetry.domain.local_times import NoSuchTime, WallClock

PARIS = ZoneInfo("Europe/Paris")


def test_an_hour_that_comes_twice_is_first_the_first_and_then_the_second() -> None:
    clock = WallClock(PARIS)
    begin = datetime(2026, 10, 25, 0, 0, tzinfo=PARIS).astimezone(UTC)
    every = [begin + timedelta(minutes=15 * number) for number in range(25 * 4)]
    shown = [moment.astimezone(PARIS).replace(tzinfo=None) for moment in every]
    assert [clock.moment(item) for item in shown] == every


def test_a_time_that_clocks_skipped_is_refused() -> None:
    with pytest.raises(NoSuchTime, match="2026-03-29 02:30:00 never was in Europe/Paris"):
        WallClock(PARIS).moment(datetime.fromisoformat("2026-03-29T02:30"))


def test_other_times_may_come_in_any_order() -> None:
    clock = WallClock(PARIS)
    assert clock.moment(datetime.fromisoformat("2026-07-01T12:00")) == datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
    assert clock.moment(datetime.fromisoformat("2026-01-01T12:00")) == datetime(2026, 1, 1, 11, 0, tzinfo=UTC)
