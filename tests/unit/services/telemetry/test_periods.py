"""Civil days, hours and quarters of an hour of a zone, also when clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.telemetry.domain.periods import By, Period, bin_seconds, civil_day, day_of, periods

PARIS = ZoneInfo("Europe/Paris")
ZONES = ["Europe/Paris", "America/Toronto", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]


def local(text: str, zone: ZoneInfo = PARIS) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        pytest.param("2026-03-29", 23, id="clocks are put forward"),
        pytest.param("2026-10-25", 25, id="clocks are put back"),
        pytest.param("2026-07-14", 24, id="any other day"),
    ],
)
def test_a_civil_day_has_the_hours_that_it_has(day: str, hours: int) -> None:
    whole = civil_day(date.fromisoformat(day), PARIS)
    assert whole.seconds == hours * 3600
    assert len(list(periods(*whole, "hour", PARIS))) == hours
    assert len(list(periods(*whole, "quarter-hour", PARIS))) == hours * 4


def test_periods_are_whole_though_only_a_part_was_asked_for() -> None:
    found = list(periods(local("2026-07-14T10:20"), local("2026-07-14T12:01"), "hour", PARIS))
    assert found[0] == Period(local("2026-07-14T10:00"), local("2026-07-14T11:00"))
    assert found[-1] == Period(local("2026-07-14T12:00"), local("2026-07-14T13:00"))
    assert len(found) == 3


def test_nothing_is_asked_for_so_there_are_no_periods() -> None:
    moment = local("2026-07-14T10:00")
    assert list(periods(moment, moment, "day", PARIS)) == []


@pytest.mark.parametrize("by", ["quarter-hour", "hour", "day"])
@given(
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    since=st.integers(1_577_836_800, 1_798_761_600),
    hours=st.integers(1, 100),
)
def test_periods_follow_each_other_without_gap_and_hold_what_was_asked_for(
    by: By, zone: ZoneInfo, since: int, hours: int
) -> None:
    begin = datetime.fromtimestamp(since, UTC)
    end = begin + timedelta(hours=hours)
    found = list(periods(begin, end, by, zone))
    assert found[0].since <= begin
    assert found[-1].until >= end
    assert all(before.until == after.since for before, after in pairwise(found))
    step = bin_seconds(Period(found[0].since, found[-1].until), zone, by)
    assert all(moment.timestamp() % step == 0 for period in found for moment in period)


@pytest.mark.parametrize(
    ("moment", "interval", "day"),
    [
        pytest.param(
            "2026-07-14T00:00:00", True, "2026-07-13", id="a count that ends at midnight is of the day before"
        ),
        pytest.param("2026-07-14T00:00:00", False, "2026-07-14", id="a level at midnight begins the day"),
        pytest.param("2026-07-14T00:15:00", True, "2026-07-14", id="the first quarter of an hour"),
        pytest.param("2026-07-13T23:59:30", True, "2026-07-13", id="the last minute"),
    ],
)
def test_midnight_belongs_to_the_day_that_it_is_about(moment: str, interval: bool, day: str) -> None:
    assert day_of(local(moment), PARIS, interval=interval) == date.fromisoformat(day)
