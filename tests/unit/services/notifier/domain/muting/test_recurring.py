"""Stretches of clock time, on ordinary days and on the two days when clocks are changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifier.domain.muting.recurring import Recurrence
from shared.civil_time import PARIS

MINUTE = timedelta(minutes=1)
WEEK = tuple(range(7))


def nights(begins: str, ends: str, weekdays: tuple[int, ...] = WEEK, until: str = "2027-12-31") -> Recurrence:
    return Recurrence(
        weekdays=weekdays,
        begins=time.fromisoformat(begins),
        ends=time.fromisoformat(ends),
        until=date.fromisoformat(until),
    )


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(UTC)


def minutes_of(found: Recurrence, day: str) -> int:
    """How many minutes of two days, from noon to noon, lie in a stretch."""
    start = local(f"{day} 12:00")
    return sum(found.stretch_at(start + MINUTE * ahead) is not None for ahead in range(25 * 60))


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        pytest.param("2026-07-01", 8, id="summer"),
        pytest.param("2026-10-24", 9, id="october"),
        pytest.param("2027-03-27", 7, id="march"),
    ],
)
def test_a_night_has_the_hours_that_the_clocks_give_it(day: str, hours: int) -> None:
    assert minutes_of(nights("22:00", "06:00"), day) == hours * 60


def test_a_time_that_comes_twice_begins_at_its_first_and_ends_at_its_last() -> None:
    assert nights("02:30", "05:00").stretch_at(local("2026-10-25 02:30")) == (
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 4, tzinfo=UTC),
    )
    (_, end) = nights("01:00", "02:30").stretch_at(local("2026-10-25 01:00")) or (None, None)
    assert end == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_time_that_is_left_out_is_an_hour_later() -> None:
    assert nights("02:30", "05:00").stretch_at(local("2027-03-28 03:45")) == (
        datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
        datetime(2027, 3, 28, 3, tzinfo=UTC),
    )


def test_a_stretch_belongs_to_the_weekday_on_which_it_begins_and_to_the_days_until_the_last() -> None:
    friday = nights("22:00", "06:00", (4,), "2026-11-13")
    assert friday.stretch_at(local("2026-11-14 05:59")) is not None
    assert friday.stretch_at(local("2026-11-14 06:00")) is None
    assert friday.stretch_at(local("2026-11-13 21:59")) is None
    assert friday.stretch_at(local("2026-11-20 23:00")) is None
    assert friday.last_end() == local("2026-11-14 06:00")


@given(
    day=st.dates(date(2026, 1, 1), date(2027, 12, 1)),
    minute=st.integers(0, 24 * 60 - 1),
    begins=st.integers(0, 95),
    ends=st.integers(0, 95),
    weekdays=st.sets(st.integers(0, 6), min_size=1),
)
@settings(max_examples=300)
def test_what_the_clock_shows_decides_wherever_it_shows_each_time_once(
    day: date, minute: int, begins: int, ends: int, weekdays: set[int]
) -> None:
    """The naive answer, on days when no clock is changed."""
    changed = {date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31)}
    if any(day - timedelta(days=off) in changed for off in (-1, 0, 1)):
        return
    first, last = (time(number // 4, number % 4 * 15) for number in (begins, ends))
    shown = time(minute // 60, minute % 60)
    if first < last:
        wanted = day.weekday() in weekdays and first <= shown < last
    else:
        yesterday = (day - timedelta(days=1)).weekday()
        wanted = (day.weekday() in weekdays and shown >= first) or (yesterday in weekdays and shown < last)
    found = Recurrence(weekdays=tuple(weekdays), begins=first, ends=last, until=date(2028, 1, 1))
    assert (found.stretch_at(datetime.combine(day, shown, PARIS)) is not None) is wanted
