"""Spans: time lasts what it lasts, days are civil days; what a span has left behind never comes back."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules_engine.domain.spans import LONGEST, Span, moment_of, parse_span, stamp
from shared.errors import InputError

PARIS = "Europe/Paris"
MINUTE = 60_000_000
YEAR = st.integers(stamp(datetime(2026, 1, 1, tzinfo=UTC)) // MINUTE, stamp(datetime(2027, 1, 1, tzinfo=UTC)) // MINUTE)
SPRING = st.integers(-36 * 60, 60 * 60).map(
    lambda minute: stamp(datetime(2026, 3, 29, 1, tzinfo=UTC)) // MINUTE + minute
)
AUTUMN = st.integers(-36 * 60, 60 * 60).map(
    lambda minute: stamp(datetime(2026, 10, 25, 1, tzinfo=UTC)) // MINUTE + minute
)
MOMENTS = st.one_of(YEAR, SPRING, AUTUMN).map(lambda minute: minute * MINUTE)
SPANS = st.sampled_from([Span(days=1), Span(days=2), Span(days=7), Span(days=28), Span(timedelta(hours=24))])


def clock(text):
    """A stamp by the clocks of Paris; with ``*`` the second time that they show it."""
    local = datetime.fromisoformat(text.rstrip("*")).replace(tzinfo=ZoneInfo(PARIS), fold=text.endswith("*"))
    return stamp(local)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("15 min", Span(timedelta(minutes=15))), ("24 h", Span(timedelta(hours=24))), ("1 d", Span(days=1)),
        ("28 j", Span(days=28)), (" 7d ", Span(days=7)), ("1.5 d", Span(timedelta(hours=36))),
        ("90 s", Span(timedelta(seconds=90))), ("3660 d", Span(days=3660)),
    ],
)  # fmt: skip
def test_a_whole_number_of_days_is_civil_days_and_all_else_is_time(text, span):
    assert parse_span(text) == span


@pytest.mark.parametrize(
    "text", ["", "15", "min", "0 min", "0 d", "0.0 h", "-1 h", "1 w", "3661 d", "87841 h", "1 h 30 min"]
)
def test_what_is_no_span_is_refused(text):
    with pytest.raises(InputError, match=r"."):
        parse_span(text)


@pytest.mark.parametrize(
    ("now", "days", "before"),
    [
        pytest.param("2026-06-10 14:30", 1, "2026-06-09 14:30", id="an ordinary day"),
        pytest.param("2026-03-30 00:00", 1, "2026-03-29 00:00", id="the day of 23 hours"),
        pytest.param("2026-10-26 00:00", 1, "2026-10-25 00:00", id="the day of 25 hours"),
        pytest.param("2026-03-30 02:30", 1, "2026-03-29 03:00", id="a time of day that clocks skipped"),
        pytest.param("2026-10-26 02:30", 1, "2026-10-25 02:30", id="a time of day that clocks showed twice: the first"),
        pytest.param("2026-10-26 03:00", 1, "2026-10-25 03:00", id="and an hour of both at once"),
        pytest.param("2026-10-25 02:30", 1, "2026-10-24 02:30", id="the first of two"),
        pytest.param("2026-10-25 02:30*", 1, "2026-10-24 03:00", id="the second of two waits"),
        pytest.param("2026-11-22 02:30", 28, "2026-10-25 02:30", id="four weeks"),
        pytest.param("2026-04-26 02:30", 28, "2026-03-29 03:00", id="four weeks back to spring"),
    ],
)
def test_days_go_back_by_the_clocks(now, days, before):
    assert moment_of(Span(days=days).before(clock(now), PARIS)) == moment_of(clock(before))


def test_a_civil_day_has_23_24_or_25_hours_and_24_hours_have_24():
    lengths = {
        day: [
            (clock(day) - span.before(clock(day), PARIS)) / 3600e6 for span in (Span(days=1), Span(timedelta(days=1)))
        ]
        for day in ("2026-03-30", "2026-06-10", "2026-10-26")
    }
    assert lengths == {"2026-03-30": [23, 24], "2026-06-10": [24, 24], "2026-10-26": [25, 24]}


@given(SPANS, MOMENTS, st.integers(0, 26 * 60))
def test_what_a_window_has_left_behind_never_comes_back(span, moment, later):
    assert span.before(moment, PARIS) <= span.before(moment + later * MINUTE, PARIS)


@given(SPANS, MOMENTS)
def test_it_lies_as_far_back_as_the_clocks_say_give_or_take_the_hour_of_a_change(span, moment):
    assert abs(moment - span.before(moment, PARIS) - span.microseconds) <= 60 * MINUTE
    assert moment - span.before(moment, PARIS) <= span.longest // timedelta(microseconds=1)


@given(SPANS, MOMENTS)
def test_after_is_the_first_moment_that_has_it_so_long_before(span, moment):
    later = span.after(moment, PARIS)
    assert span.before(later, PARIS) >= moment > span.before(later - 1, PARIS)


@given(MOMENTS)
def test_a_stamp_is_exact(moment):
    odd = moment_of(moment + 123_457)
    assert stamp(odd) == moment + 123_457
    assert odd.tzinfo is UTC


def test_the_longest_span_is_ten_years():
    assert parse_span("3660 d").length == LONGEST
