from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.rules_engine.domain.spans import Span
from services.rules_engine.domain.testing.moments import (
    Clocks,
    NoSuchTime,
    elapsed,
    later,
    parse_lapse,
    read_date,
    shown,
)
from shared.errors import InputError

PARIS = ZoneInfo("Europe/Paris")
WINTER = Clocks(datetime(2026, 1, 9, 23, tzinfo=UTC), PARIS)
MARCH = Clocks(datetime(2026, 3, 28, 11, tzinfo=UTC), PARIS)
OCTOBER = Clocks(datetime(2026, 10, 24, 10, tzinfo=UTC), PARIS)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("70 min", Span(timedelta(minutes=70))),
        ("0 min", Span()),
        ("1 h 30 min", Span(timedelta(minutes=90))),
        ("1.5 h", Span(timedelta(minutes=90))),
        ("30 s", Span(timedelta(seconds=30))),
        ("2 d 6 h", Span(timedelta(hours=6), days=2)),
        ("1 j", Span(days=1)),
        ("0.5 d", Span(timedelta(hours=12))),
    ],
)
def test_a_span_may_have_several_parts_and_civil_days(text, span):
    assert parse_lapse(text) == span


@pytest.mark.parametrize("text", ["70", "min", "1 h30 mn", "-5 min", "", "1 h, 5 min", "999999999999 d 1 h"])
def test_what_is_no_span_is_refused(text):
    with pytest.raises(InputError):
        later(WINTER.begin, parse_lapse(text), PARIS)


@pytest.mark.parametrize(
    ("clocks", "text", "moment"),
    [
        pytest.param(WINTER, "70 min", "2026-01-10 00:10", id="after the beginning"),
        pytest.param(WINTER, "01:10", "2026-01-10 00:10", id="time of day"),
        pytest.param(WINTER, "00:00", "2026-01-09 23:00", id="time of day at the beginning"),
        pytest.param(WINTER, "01:10:05", "2026-01-10 00:10:05", id="with seconds"),
        pytest.param(WINTER, "2026-01-11 01:10", "2026-01-11 00:10", id="date and time"),
        pytest.param(WINTER, "2026-01-11T01:10", "2026-01-11 00:10", id="date and time with a T"),
        pytest.param(WINTER, "2026-07-11", "2026-07-10 22:00", id="date alone, in summer"),
        pytest.param(WINTER, "2026-01-11 01:10 Z", "2026-01-11 01:10", id="UTC"),
        pytest.param(MARCH, "20 h", "2026-03-29 07:00", id="20 hours over the night in March"),
        pytest.param(MARCH, "1 d", "2026-03-29 10:00", id="a civil day of 23 hours"),
        pytest.param(MARCH, "03:00", "2026-03-29 01:00", id="the first moment after the leap"),
        pytest.param(MARCH, "02:30", "2026-03-30 00:30", id="a time that March's night has not, is of the next day"),
        pytest.param(OCTOBER, "1 d", "2026-10-25 11:00", id="a civil day of 25 hours"),
        pytest.param(OCTOBER, "02:30", "2026-10-25 00:30", id="a doubled time is the first of the two"),
        pytest.param(OCTOBER, "2026-10-25 02:30", "2026-10-25 00:30", id="a doubled date is the first of the two"),
        pytest.param(OCTOBER, "2026-10-25 02:30 +01:00", "2026-10-25 01:30", id="the second by its offset"),
        pytest.param(OCTOBER, "2026-10-25 02:30 +02:00", "2026-10-25 00:30", id="the first by its offset"),
    ],
)
def test_a_moment_is_local(clocks, text, moment):
    assert clocks.read(text) == at(moment)


def test_a_time_of_day_is_the_next_one_from_the_line_before():
    assert WINTER.read("01:10", at("2026-01-10 00:10")) == at("2026-01-10 00:10")
    assert WINTER.read("01:10", at("2026-01-10 00:11")) == at("2026-01-11 00:10")


def test_from_the_first_doubled_hour_on_the_next_is_the_second():
    assert OCTOBER.read("02:30", at("2026-10-25 00:45")) == at("2026-10-25 01:30")


def test_a_date_that_clocks_skip_does_not_exist():
    with pytest.raises(NoSuchTime, match=r"never show 02:30 on 2026-03-29: they are put forward from 02:00 to 03:00"):
        read_date("2026-03-29 02:30", PARIS)


@pytest.mark.parametrize("text", ["tomorrow", "25:00", "2026-02-30 01:00", "2026-01-10 24:30", "1:5", "10/01 01:10"])
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(InputError):
        WINTER.read(text)


@pytest.mark.parametrize(
    ("clocks", "moment", "text"),
    [
        (WINTER, "2026-01-09 23:00", "0 min"),
        (WINTER, "2026-01-10 00:10", "1 h 10 min"),
        (WINTER, "2026-01-10 00:10:05", "1 h 10 min 5 s"),
        (WINTER, "2026-01-12 00:10", "2 d 1 h 10 min"),
        (MARCH, "2026-03-29 09:59", "22 h 59 min"),
        (MARCH, "2026-03-29 10:00", "1 d"),
        (OCTOBER, "2026-10-25 10:00", "24 h"),
        (OCTOBER, "2026-10-25 11:00", "1 d"),
    ],
)
def test_what_has_elapsed_reads_back_as_the_same_moment(clocks, moment, text):
    assert elapsed(clocks.begin, at(moment), PARIS) == text
    assert clocks.read(text) == at(moment)


@pytest.mark.parametrize(
    ("clocks", "moment", "text"),
    [
        (WINTER, "2026-01-10 00:10", "01:10"),
        (WINTER, "2026-01-10 00:10:05", "01:10:05"),
        (WINTER, "2026-01-11 00:10", "11/01 01:10"),
        (OCTOBER, "2026-10-25 00:30", "25/10 02:30 CEST"),
        (OCTOBER, "2026-10-25 01:30", "25/10 02:30 CET"),
        (OCTOBER, "2026-10-25 02:00", "25/10 03:00"),
        (MARCH, "2026-03-29 01:00", "29/03 03:00"),
    ],
)
def test_a_moment_is_shown_with_its_day_if_it_is_another_and_its_offset_if_it_is_doubled(clocks, moment, text):
    assert shown(at(moment), clocks.begin, PARIS) == text


def test_parts_of_a_second_are_left_out_on_both_clocks():
    moment = at("2026-01-10 00:14:24.600")
    assert (shown(moment, WINTER.begin, PARIS), elapsed(WINTER.begin, moment, PARIS)) == ("01:14:24", "1 h 14 min 24 s")
