"""When an alert may come again: at the end of the period in which the last one came, by local clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules_engine.domain.periods import NAMES, next_allowed
from services.rules_engine.domain.rule import OncePer
from services.rules_engine.domain.spans import Span, parse_span

PARIS = "Europe/Paris"
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
PERIODS = st.one_of(st.sampled_from(NAMES), st.sampled_from([Span(days=1), Span(days=2), Span(timedelta(hours=12))]))


def paris(text):
    """A moment by the clocks of Paris; with ``*`` the second time that they show it."""
    return datetime.fromisoformat(text.rstrip("*")).replace(tzinfo=ZoneInfo(PARIS), fold=text.endswith("*"))


@pytest.mark.parametrize(
    ("period", "fired", "again"),
    [
        pytest.param("day", "2026-06-10 00:00", "2026-06-11 00:00", id="a day begins at midnight"),
        pytest.param("day", "2026-06-10 23:59:59", "2026-06-11 00:00", id="and ends there"),
        pytest.param("day", "2026-03-29 01:59", "2026-03-30 00:00", id="a day of 23 hours"),
        pytest.param("day", "2026-10-25 02:30*", "2026-10-26 00:00", id="a day of 25 hours"),
        pytest.param("night", "2026-06-10 23:00", "2026-06-11 12:00", id="a night goes on after midnight"),
        pytest.param("night", "2026-06-11 04:00", "2026-06-11 12:00", id="a night that began the day before"),
        pytest.param("night", "2026-06-11 12:00", "2026-06-12 12:00", id="noon belongs to the next night"),
        pytest.param("night", "2026-03-28 22:00", "2026-03-29 12:00", id="a night of 23 hours"),
        pytest.param("night", "2026-10-25 02:30*", "2026-10-25 12:00", id="a night of 25 hours"),
        pytest.param("week", "2026-06-08 00:00", "2026-06-15 00:00", id="a week begins on Monday"),
        pytest.param("week", "2026-06-14 23:59", "2026-06-15 00:00", id="and ends on Sunday"),
        pytest.param("week", "2026-03-27 10:00", "2026-03-30 00:00", id="a week with a change of clocks"),
        pytest.param("month", "2026-01-31 10:00", "2026-02-01 00:00", id="a long month"),
        pytest.param("month", "2028-02-29 10:00", "2028-03-01 00:00", id="a short one"),
        pytest.param("month", "2026-12-01 00:00", "2027-01-01 00:00", id="the last one"),
        pytest.param("12 h", "2026-03-28 20:00", "2026-03-29 09:00", id="hours last what they last"),
        pytest.param("24 h", "2026-10-24 20:00", "2026-10-25 19:00", id="24 hours too"),
        pytest.param("1 d", "2026-10-24 20:00", "2026-10-25 20:00", id="a span of a day is one by the clocks"),
        pytest.param("1 d", "2026-03-28 02:30", "2026-03-29 03:00", id="until a time of day that is skipped"),
        pytest.param("2 d", "2026-03-28 10:00", "2026-03-30 10:00", id="two days"),
    ],
)
def test_an_alert_may_come_again_when_the_period_is_over(period, fired, again):
    once_per = OncePer(period if period in NAMES else parse_span(period))
    assert next_allowed(paris(fired), once_per, PARIS) == paris(again)


@given(PERIODS, MOMENTS, st.timedeltas(timedelta(), timedelta(days=40)))
def test_a_period_ends_after_what_is_in_it_and_no_later_one_ends_before(period, fired, later):
    once_per = OncePer(period)
    again = next_allowed(fired, once_per, PARIS)
    assert fired < again <= next_allowed(fired + later, once_per, PARIS)
    assert again.tzinfo is UTC


@given(st.sampled_from(NAMES), MOMENTS)
def test_what_comes_within_one_period_waits_for_the_same_moment(period, fired):
    again = next_allowed(fired, OncePer(period), PARIS)
    assert next_allowed(again - timedelta(microseconds=1), OncePer(period), PARIS) == again


def test_a_period_is_that_of_the_place_not_of_the_server():
    fired = datetime(2026, 6, 10, 23, 0, tzinfo=UTC)
    ends = [next_allowed(fired, OncePer("day"), zone) for zone in (PARIS, "UTC", "America/New_York")]
    assert [f"{end:%d %H:%M}" for end in ends] == ["11 22:00", "11 00:00", "11 04:00"]
