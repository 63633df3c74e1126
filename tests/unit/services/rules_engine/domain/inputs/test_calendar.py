"""Calendars: what the clock and the sky of the place say, all year round, also when clocks are changed."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from services.rules_engine.domain.inputs.calendar import (
    SUN,
    WEEKDAYS,
    Between,
    ClockMark,
    Holiday,
    Season,
    SunMark,
    Weekday,
    parse_date,
    parse_mark,
)
from services.rules_engine.domain.scene import Scene
from services.rules_engine.domain.spans import moment_of
from shared.errors import InputError
from tests.unit.services.rules_engine.domain.conftest import KIND, POINT
from tests.unit.services.rules_engine.domain.inputs.scenes import keeps_the_law_of_the_clock

PARIS = ZoneInfo("Europe/Paris")
MARSEILLE = structs.replace(POINT, longitude=5.3698, latitude=43.2965)
DUNKIRK = structs.replace(POINT, longitude=2.38, latitude=51.03)
LONGYEARBYEN = structs.replace(POINT, longitude=15.6, latitude=78.2)
PAPEETE = structs.replace(POINT, longitude=-149.56, latitude=-17.53, zone="Pacific/Tahiti")
SETTINGS = settings(max_examples=150, deadline=None)

CHANGES = st.sampled_from([datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)])
MOMENTS = st.one_of(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.builds(lambda change, minute: change + timedelta(minutes=minute), CHANGES, st.integers(-1500, 1500)),
)
CLOCKS = st.builds(lambda hour, minute: ClockMark(time(hour, minute)), st.integers(0, 23), st.sampled_from([0, 15, 30]))
SUNS = st.builds(
    lambda event, minutes: SunMark(event, timedelta(minutes=minutes)),
    st.sampled_from(sorted(SUN)), st.one_of(st.integers(-90, 90), st.sampled_from([-720, -360, 360, 720])),
)  # fmt: skip
MARKS = st.one_of(CLOCKS, SUNS)
POINTS = st.sampled_from([MARSEILLE, DUNKIRK, LONGYEARBYEN, PAPEETE])


def scene(moment, point=MARSEILLE):
    """What is to be seen at a moment, given aware, or as Paris's clocks show it; ``*``: the second time."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment.rstrip("*")).replace(tzinfo=PARIS, fold=moment.endswith("*"))
    now = moment.astimezone(UTC)
    return Scene(kind=KIND, point=point, series={}, at=now, now=now, zone=point.zone, subject=point.id)


def between(begin, end):
    return Between(parse_mark(begin), parse_mark(end))


def whole(read, day, point=MARSEILLE):
    """From when to when it holds of what begins on a day of Paris, by its moments."""
    at = scene(f"{day} 00:00", point)
    edges = [moment for moment in sorted(read.moments(at)) if read.read(at.at_moment(moment_of(moment)))]
    begin = moment_of(edges[0])
    end = min(moment for moment in read.moments(scene(begin, point)))
    return begin, moment_of(end)


@SETTINGS
@given(CLOCKS, CLOCKS, MOMENTS)
def test_between_two_times_of_day_is_what_the_clock_on_the_wall_says(begin, end, moment):
    local = moment.astimezone(PARIS)
    shown_twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    if begin == end or shown_twice:
        return
    clock = local.time()
    inside = begin.time <= clock < end.time if begin.time < end.time else clock >= begin.time or clock < end.time
    assert Between(begin, end).read(scene(moment)) is inside


@pytest.mark.parametrize(("day", "hours"), [("2026-06-10", 8), ("2026-03-28", 7), ("2026-10-24", 9), ("2026-12-31", 8)])
def test_a_night_from_22_to_6_lasts_7_or_9_hours_when_clocks_are_changed(day, hours):
    begin, end = whole(between("22:00", "06:00"), day)
    assert (f"{begin.astimezone(PARIS):%H:%M}", f"{end.astimezone(PARIS):%H:%M}") == ("22:00", "06:00")
    assert end - begin == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("begin", "end", "moment", "inside"),
    [
        pytest.param("02:00", "03:00", "2026-10-25 02:30", True, id="an hour that comes twice: the first"),
        pytest.param("02:00", "03:00", "2026-10-25 02:30*", True, id="an hour that comes twice: the second"),
        pytest.param("02:15", "02:45", "2026-10-25 02:30*", False, id="of what lies within it, the first"),
        pytest.param("02:15", "02:45", "2026-03-29 03:20", False, id="a while that clocks skip"),
        pytest.param("02:30", "03:00", "2026-03-29 12:00", False, id="and that must not last until the next day"),
        pytest.param("02:30", "03:30", "2026-03-29 03:10", True, id="a while that begins in what they skip"),
        pytest.param("02:30", "03:30", "2026-03-29 03:40", False, id="and ends when clocks show its end"),
        pytest.param("22:00", "06:00", "2026-06-10 22:00", True, id="the beginning belongs to it"),
        pytest.param("22:00", "06:00", "2026-06-10 06:00", False, id="the end doesn't"),
    ],
)
def test_whiles_within_the_hours_of_a_change(begin, end, moment, inside):
    assert between(begin, end).read(scene(moment)) is inside


@pytest.mark.parametrize(
    ("day", "sunrise", "sunset", "dusk"),
    [
        ("2026-03-20", "06:42", "18:50", "19:19"), ("2026-06-21", "05:59", "21:22", "21:59"),
        ("2026-09-23", "07:27", "19:34", "20:03"), ("2026-12-21", "08:08", "17:05", "17:39"),
    ],
)  # fmt: skip
def test_the_sun_of_marseille_is_the_known_one_to_the_minute(day, sunrise, sunset, dusk):
    sky = (43.2965, 5.3698, "Europe/Paris")
    for event, known in {"sunrise": sunrise, "sunset": sunset, "dusk": dusk}.items():
        found = SunMark(event).on(date.fromisoformat(day), sky)
        assert found is not None
        expected = datetime.fromisoformat(f"{day} {known}").replace(tzinfo=PARIS)
        assert abs(found - expected) <= timedelta(minutes=1), event


@pytest.mark.parametrize(("night", "end"), [("2026-03-28", "18:59"), ("2026-03-29", "20:01"), ("2026-10-24", "18:41")])
def test_sunset_is_told_by_the_clocks_of_its_day_when_they_are_changed(night, end):
    _, sunset = whole(between("sunrise", "sunset"), night)
    assert f"{sunset.astimezone(PARIS):%H:%M}" == end


@pytest.mark.parametrize(
    ("begin", "end", "moment", "inside"),
    [
        pytest.param("06:00", "sunrise", "2026-12-21 07:00", True, id="lit in the morning, in winter"),
        pytest.param("06:00", "sunrise", "2026-06-21 06:30", False, id="and not at all when the sun is up by then"),
        pytest.param("06:00", "sunrise", "2026-06-21 23:00", False, id="which is not until the next sunrise"),
        pytest.param("sunset", "21:00", "2026-12-21 20:00", True, id="lit in the evening, in winter"),
        pytest.param("sunset", "21:00", "2026-06-21 12:00", False, id="and not at all when the sun sets after"),
        pytest.param("sunset", "01:00", "2026-06-22 00:30", True, id="a while across midnight"),
        pytest.param("sunset", "01:00", "2026-06-22 01:00", False, id="and its end"),
        pytest.param("dusk", "dawn", "2026-06-21 03:00", True, id="a night"),
        pytest.param("dusk", "dawn", "2026-06-21 12:00", False, id="a day"),
        pytest.param("sunset +6 h", "05:00", "2026-06-22 04:00", True, id="a mark that falls on the day after"),
        pytest.param("sunset +6 h", "05:00", "2026-06-22 03:00", False, id="and before it"),
        pytest.param("00:30", "sunset +6 h", "2026-06-22 01:00", True, id="an end that falls on the day after"),
        pytest.param("00:30", "sunset +6 h", "2026-06-22 12:00", False, id="which is the one that is near"),
        pytest.param("dawn -30 min", "sunrise", "2026-06-10 05:30", True, id="a twilight"),
        pytest.param("20:00", "07:00", "2026-06-10 02:00", True, id="two times of day across midnight"),
    ],
)
def test_marks_of_sun_and_clock_are_meant_as_near_as_they_ever_are(begin, end, moment, inside):
    assert between(begin, end).read(scene(moment)) is inside


def test_the_sun_is_that_of_the_point():
    evening = datetime(2026, 6, 21, 20, 15, tzinfo=UTC)
    assert between("dusk", "dawn").read(scene(evening, MARSEILLE)) is True
    assert between("dusk", "dawn").read(scene(evening, DUNKIRK)) is False


def test_the_day_of_an_island_far_away_is_its_own():
    noon, midnight = datetime(2026, 6, 21, 22, tzinfo=UTC), datetime(2026, 6, 21, 10, tzinfo=UTC)
    assert [between("sunrise", "sunset").read(scene(at, PAPEETE)) for at in (noon, midnight)] == [True, False]


def test_where_the_sun_does_not_set_there_is_no_night_and_it_is_looked_at_again():
    at = scene(datetime(2026, 6, 21, 22, tzinfo=UTC), LONGYEARBYEN)
    night = between("dusk", "dawn")
    assert night.read(at) is False
    assert list(night.moments(at))


@SETTINGS
@given(MARKS, MARKS, MOMENTS, POINTS, st.lists(st.integers(0, 2880), max_size=12))
def test_the_clock_changes_no_while_unforeseen(begin, end, moment, point, minutes):
    at = scene(moment, point)
    keeps_the_law_of_the_clock(Between(begin, end), at, [at.now_stamp + minute * 60_000_000 for minute in minutes])


@SETTINGS
@given(MARKS, MARKS, MOMENTS, POINTS)
def test_a_while_and_the_one_that_completes_it_never_hold_at_once(begin, end, moment, point):
    if begin == end:
        return
    at = scene(moment, point)
    assert not (Between(begin, end).read(at) and Between(end, begin).read(at))


@SETTINGS
@given(
    st.sets(st.integers(0, 6), min_size=1), st.tuples(st.integers(1, 12), st.integers(1, 28)),
    st.tuples(st.integers(1, 12), st.integers(1, 28)), MOMENTS,
)  # fmt: skip
def test_days_are_those_of_the_place(days, begin, end, moment):
    at, day = scene(moment), moment.astimezone(PARIS).date()
    assert Weekday(tuple(days)).read(at) is (day.weekday() in days)
    today = (day.month, day.day)
    inside = begin <= today <= end if begin <= end else today >= begin or today <= end
    assert Season(begin, end).read(at) is inside
    for read in (Weekday(tuple(days)), Season(begin, end), Holiday()):
        keeps_the_law_of_the_clock(read, at, [at.now_stamp + 3_600_000_000 * hour for hour in (1, 5, 12, 24, 36)])


@pytest.mark.parametrize(
    ("day", "name", "holiday"),
    [
        ("2026-01-01", "New Year", True), ("2026-04-06", "Easter Monday", True), ("2026-05-14", "Ascension", True),
        ("2026-05-25", "Whit Monday", True), ("2026-07-14", "Bastille day", True), ("2026-11-11", "Armistice", True),
        ("2026-04-03", "Good Friday, which is one in Alsace only", False), ("2026-07-15", "the day after", False),
    ],
)  # fmt: skip
def test_public_holidays_are_those_of_france(day, name, holiday):
    assert Holiday("FR").read(scene(f"{day} 00:00")) is holiday, name
    assert Holiday("FR").read(scene(f"{day} 23:59:59")) is holiday, name


def test_a_period_that_ended_is_asked_for_its_last_instant():
    saturday = scene("2026-06-13 00:00").as_of(scene("2026-06-13 00:00").now)
    assert Weekday((WEEKDAYS.index("fri"),)).read(saturday) is True
    assert between("22:00", "06:00").read(scene("2026-06-10 06:30").as_of(scene("2026-06-10 06:00").now)) is True
    assert between("22:00", "06:00").read(scene("2026-06-10 22:30").as_of(scene("2026-06-10 22:00").now)) is False


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("22:00", ClockMark(time(22))), ("6:05", ClockMark(time(6, 5))), (" 00:00 ", ClockMark(time())),
        ("dusk", SunMark("dusk")), ("sunset +30 min", SunMark("sunset", timedelta(minutes=30))),
        ("dawn - 1 h", SunMark("dawn", timedelta(hours=-1))), ("noon+90s", SunMark("noon", timedelta(seconds=90))),
    ],
)  # fmt: skip
def test_marks_are_read(text, mark):
    assert parse_mark(text) == mark


@pytest.mark.parametrize(
    "text", ["24:00", "22", "22h00", "sundown", "dusk 30 min", "dusk +", "dusk + 30", "", "Dusk", "22:60"]
)
def test_what_is_no_mark_is_refused_with_those_there_are(text):
    with pytest.raises(InputError):
        parse_mark(text)


@pytest.mark.parametrize(("text", "found"), [("06-15", (6, 15)), ("2026-06-15", (6, 15)), ("02-29", (2, 29))])
def test_days_of_the_year_are_read(text, found):
    assert parse_date(text) == found


@pytest.mark.parametrize("text", ["15-06", "6-15", "02-30", "06/15", "juin", "", "13-01"])
def test_what_is_no_day_of_the_year_is_refused(text):
    with pytest.raises(InputError, match="06-15"):
        parse_date(text)


@pytest.mark.parametrize("mark", [SunMark("dusk", timedelta(minutes=-30)), SunMark("noon"), ClockMark(time(6, 5))])
def test_a_mark_is_written_as_it_is_read(mark):
    assert parse_mark(str(mark)) == mark


def test_a_group_looks_at_the_sky_of_marseille():
    at = replace(scene("2026-06-21 22:30"), point=None)
    assert between("dusk", "dawn").read(at) is True
