"""The day of a point's page is what its own clocks show, whatever the address asks for."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.portal.domain.presenting.point_day import clock_words, day_words, shown_day
from services.portal.domain.wording import Wording

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2022, 11, 2, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(("day", "hours"), [("2022-03-27", 23), ("2022-10-30", 25), ("2022-10-31", 24)])
def test_day_is_as_long_as_the_clocks_make_it(day, hours):
    since, until = shown_day(day, NOW, PARIS).bounds
    assert until - since == timedelta(hours=hours)
    assert since.astimezone(PARIS).hour == until.astimezone(PARIS).hour == 0


def test_today_is_that_of_the_point_and_not_of_the_reader():
    assert shown_day(None, NOW, PARIS).day == date(2022, 11, 3)
    assert shown_day(None, NOW, ZoneInfo("America/Toronto")).day == date(2022, 11, 2)


@pytest.mark.parametrize(
    "asked",
    ["2022-13-01", "2022-02-30", "20220110", "2022-W02-1", "2022-11-04", "1789-07-14", "demain", "٢٠٢٢-٠١-١٠", "<b>"],
)
def test_what_is_no_day_or_has_not_come_gives_today_and_says_so(asked):
    shown = shown_day(asked, NOW, PARIS)
    assert (shown.day, shown.is_today, shown.refused) == (date(2022, 11, 3), True, True)


def test_neighbours_end_where_time_has_not_come_and_where_pages_begin():
    assert shown_day("2022-11-03", NOW, PARIS).after is None
    middle = shown_day("2022-11-02", NOW, PARIS)
    assert (middle.before, middle.after) == (date(2022, 11, 1), date(2022, 11, 3))
    assert shown_day("1990-01-01", NOW, PARIS).before is None


def test_week_across_the_change_of_clocks_has_seven_civil_days():
    since, until = shown_day("2022-10-31", NOW, PARIS).week
    assert until - since == timedelta(days=7, hours=1)


def test_hour_that_comes_twice_is_told_apart():
    words = [clock_words(datetime(2022, 10, 30, hour, tzinfo=UTC), PARIS, Wording("fr")) for hour in (0, 1, 2)]
    assert words == ["02:00 (UTC+2)", "02:00 (UTC+1)", "03:00"]


def test_day_is_named_with_its_year_in_both_languages():
    moment = datetime(2022, 1, 9, 23, tzinfo=UTC)
    assert day_words(moment, PARIS, Wording("fr")) == "lundi 10 janvier 2022"
    assert day_words(moment, PARIS, Wording("en")) == "Monday 10 January 2022"
