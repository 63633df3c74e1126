"""The table of a point's observations: which days, and how each cell is written."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest

from services.portal.domain.answers import Latest, Sample
from services.portal.domain.downloads import (
    HEADER,
    MOST_DAYS,
    Row,
    WrongDays,
    cell,
    days_asked,
    file_name,
    in_pieces,
    line,
    number,
    units,
)
from tests.portal import metropolis

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2022, 1, 10, 23, 30, tzinfo=UTC)


def asked(first="", last="", now=NOW):
    return days_asked(first, last, now, PARIS)


def test_without_days_the_last_seven_of_the_points_zone_are_given():
    days = asked()
    assert (days.first, days.last) == (date(2022, 1, 5), date(2022, 1, 11))


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        pytest.param("", "2021-12-31", ("2021-12-25", "2021-12-31"), id="seven days up to the last"),
        pytest.param("2022-01-09", "", ("2022-01-09", "2022-01-11"), id="from the first up to today"),
        pytest.param("2022-01-10", "2022-01-10", ("2022-01-10", "2022-01-10"), id="one day"),
        pytest.param("2021-12-01", "2021-12-31", ("2021-12-01", "2021-12-31"), id="a whole month"),
    ],
)
def test_days_are_those_that_the_address_names(first, last, expected):
    days = asked(first, last)
    assert (str(days.first), str(days.last)) == expected


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        pytest.param("2022-02-30", "", "download-no-day", id="no such day"),
        pytest.param("20220110", "", "download-no-day", id="another way to write it"),
        pytest.param("2022-W02-1", "", "download-no-day", id="a week"),
        pytest.param("", "١٢٣٤-٠١-٠١", "download-no-day", id="other digits"),
        pytest.param("", "demain", "download-no-day", id="a word"),
        pytest.param("0001-01-01", "0001-01-02", "download-no-day", id="before every clock"),
        pytest.param("9999-12-31", "9999-12-31", "download-no-day", id="after every clock"),
        pytest.param("2022-01-12", "2022-01-10", "download-reversed", id="reversed"),
        pytest.param("2022-01-12", "", "download-reversed", id="tomorrow and no last day"),
        pytest.param("2022-01-01", "2022-02-01", "download-too-long", id="a day too many"),
    ],
)
def test_days_that_cannot_be_had_are_told_why(first, last, why):
    with pytest.raises(WrongDays) as told:
        asked(first, last)
    assert told.value.args == (why,)


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        pytest.param("2022-03-27", 23, id="spring"),
        pytest.param("2022-10-30", 25, id="autumn"),
        pytest.param("2022-01-10", 24, id="any other"),
    ],
)
def test_a_day_lasts_as_long_as_its_clocks_say(day, hours):
    days = asked(day, day)
    assert days.until - days.since == timedelta(hours=hours) - timedelta(microseconds=1)
    assert days.since.astimezone(PARIS).isoformat()[:16] == f"{day}T00:00"


def test_as_many_days_as_are_allowed_can_be_had():
    first = date(2022, 1, 1)
    days = asked(str(first), str(first + timedelta(days=MOST_DAYS - 1)))
    assert (days.last - days.first).days + 1 == MOST_DAYS


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (2.0185, "2.0185"),
        (12.0, "12"),
        (-0.3, "-0.3"),
        (1118 * 0.001, "1.118"),
        (0.1 + 0.2, "0.3"),
        (123456789.012345, "123456789.012345"),
        (0, "0"),
    ],
)
def test_a_number_is_written_as_it_was_measured(value, written):
    assert number(value) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("level", "level"),
        ("uS/cm", "uS/cm"),
        ("=1+1", "'=1+1"),
        ("+33", "'+33"),
        ("-x", "'-x"),
        ("@sum", "'@sum"),
        ("\tx", "'\tx"),
        ("a,b", '"a,b"'),
        ('say "no"', '"say ""no"""'),
        ("=a,b\r\nc", '"\'=a,b\r\nc"'),
    ],
)
def test_a_cell_is_neither_a_formula_nor_two_cells(text, written):
    assert cell(text) == written
    (read,) = next(csv.reader(io.StringIO(written, newline="")))
    assert read.removeprefix("'") == text
    assert read[0] not in "=+-@\t"


@pytest.mark.parametrize(
    ("moment", "begins"),
    [
        ("2022-03-27T00:59:00Z", "2022-03-27T00:59:00Z,2022-03-27T01:59:00+01:00"),
        ("2022-03-27T01:00:00Z", "2022-03-27T01:00:00Z,2022-03-27T03:00:00+02:00"),
        ("2022-10-30T00:30:00Z", "2022-10-30T00:30:00Z,2022-10-30T02:30:00+02:00"),
        ("2022-10-30T01:30:00Z", "2022-10-30T01:30:00Z,2022-10-30T02:30:00+01:00"),
        ("2022-01-10T01:00:00.25Z", "2022-01-10T01:00:00.250000Z,2022-01-10T02:00:00.250000+01:00"),
    ],
)
def test_local_time_says_how_far_it_is_from_utc(moment, begins):
    row = Row("level", "m", Sample(datetime.fromisoformat(moment), 2.5, "good"))
    assert line(row, PARIS) == f"{begins},level,2.5,m,good\r\n"


def test_the_table_is_written_while_it_is_read():
    sample = Sample(NOW, 1.0, "good")
    pieces = in_pieces((Row("level", "m", sample) for _ in count()), PARIS)
    assert next(pieces) == HEADER.encode()
    assert next(pieces).count(b"\r\n") == next(pieces).count(b"\r\n") == 500


def test_an_empty_table_has_its_header():
    assert list(in_pieces([], PARIS)) == [HEADER.encode()]


def test_properties_are_those_of_the_kind_and_any_other_that_was_heard():
    point = next(item for item in metropolis.POINTS if item.id == "bruit-quai")
    latest = [Latest(name, "old", NOW, 1.0, "lx", "good") for name in ("bruit-quai", "bruit-parc")]
    heard = [Latest("bruit-quai", "laeq", NOW, 1.0, "other", "good"), latest[0]]
    assert units(point, [metropolis.NOISE, metropolis.BIKES], heard) == {"laeq": "dB", "old": "lx"}
    assert units(point, [metropolis.NOISE], latest[1:]) == {"laeq": "dB"}


def test_the_file_is_named_for_point_and_days():
    assert file_name("pont-neuf", asked("2022-01-10", "2022-01-12", NOW)) == "pont-neuf_2022-01-10_2022-01-12.csv"
