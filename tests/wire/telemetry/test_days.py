"""Aggregates, daily values and indicators: the same on both databases, in civil days of the point's zone."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.telemetry.domain.claim import Claim
from services.telemetry.domain.directory import Directory
from services.telemetry.storage.daily import Days
from services.telemetry.use_cases.close_days import DueDays, close_days
from services.telemetry.use_cases.show_days import daily
from services.telemetry.use_cases.show_indicators import indicators
from services.telemetry.use_cases.show_series import series
from shared.errors import InputError
from shared.runtime.database import Database
from tests.wire.telemetry.city import directory, said, take

PARIS = ZoneInfo("Europe/Paris")
CITY = directory("bikes", "noise", "container", "river")
NOW = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(UTC)


def close(database: Database, now: datetime = NOW, known: Directory = CITY) -> datetime | None:
    """Act on all that is due."""
    due = DueDays()
    while (following := close_days(database, due, known, now)) == now:
        pass
    return following


def quarters(first: str, last: str, values: Callable[[datetime], float | None]) -> Iterator[Claim]:
    """A bike counter's quarter-hours: those that end after the first and until the last time."""
    moment = local(first)
    while (moment := moment + timedelta(minutes=15)) <= local(last):
        yield said("bikes", moment, count=values(moment))


def figures(database: Database, now: datetime = NOW) -> dict[str, dict[str, Any]]:
    """By name."""
    return {item["name"]: item for item in indicators(database, CITY, None, now)}


@pytest.mark.parametrize(
    ("day", "quarter_hours"),
    [
        pytest.param("2026-03-29", 92, id="clocks are put forward"),
        pytest.param("2026-10-25", 100, id="clocks are put back"),
        pytest.param("2026-07-14", 96, id="any other day"),
    ],
)
def test_a_day_holds_the_quarter_hours_that_end_in_it(on_each: Database, day: str, quarter_hours: int) -> None:
    following = date.fromisoformat(day) + timedelta(days=1)
    claims = list(quarters(f"{day}T00:00", f"{following}T00:00", lambda _: 2.0))
    take(on_each, CITY, claims, NOW)
    (whole,) = series(on_each, CITY, "bikes", "count", local(f"{day}T00:00"), local(f"{following}T00:00"), "day")
    assert (whole["count"], whole["value"]) == (quarter_hours, 2.0 * quarter_hours)
    assert whole["until"] == local(f"{following}T00:00")
    hours = series(on_each, CITY, "bikes", "count", whole["since"], whole["until"], "hour")
    assert [item["value"] for item in hours] == [8.0] * (quarter_hours // 4)
    each = series(on_each, CITY, "bikes", "count", whole["since"], whole["until"], "quarter-hour")
    assert [item["count"] for item in each] == [1] * quarter_hours


def test_no_measure_is_nothing_and_nobody_is_zero(on_sqlite: Database) -> None:
    empty, nobody = local("2026-11-24T10:15"), local("2026-11-24T11:15")
    take(on_sqlite, CITY, [said("bikes", empty, count=None), said("bikes", nobody, count=0)], NOW)
    found = series(on_sqlite, CITY, "bikes", "count", local("2026-11-24T10:00"), local("2026-11-24T12:00"), "hour")
    assert [(item["count"], item["value"], item["minimum"]) for item in found] == [(0, None, None), (1, 0.0, 0.0)]


def test_what_is_not_believed_is_in_no_aggregate(on_sqlite: Database) -> None:
    at = local("2026-11-24T10:10")
    take(on_sqlite, CITY, [said("noise", at, laeq=60), said("noise", at + timedelta(minutes=1), laeq=2e6)], NOW)
    (hour,) = series(on_sqlite, CITY, "noise", "laeq", at, at + timedelta(minutes=1), "hour")
    assert (hour["count"], hour["value"], hour["maximum"]) == (1, pytest.approx(60.0), 60.0)


@pytest.mark.parametrize(
    ("point", "name", "value"),
    [
        pytest.param("noise", "laeq", 10 * math.log10((10**7 + 10**5 + 10**3) / 3), id="energy mean"),
        pytest.param("river", "level", 50.0, id="mean"),
        pytest.param("bikes", "count", 150.0, id="sum"),
        pytest.param("container", "fill", 30.0, id="last"),
    ],
)
def test_each_property_has_the_aggregate_that_makes_sense(
    on_each: Database, point: str, name: str, value: float
) -> None:
    begin = local("2026-11-24T10:00")
    claims = [said(point, begin + timedelta(minutes=20 * n), **{name: level}) for n, level in ((1, 70), (2, 50))]
    last = said(point, begin + timedelta(minutes=59), **{name: 30})
    take(on_each, CITY, [*claims, last], NOW)
    (hour,) = series(on_each, CITY, point, name, begin, begin + timedelta(hours=1), "hour")
    assert hour["value"] == pytest.approx(value)
    assert (hour["count"], hour["minimum"], hour["maximum"]) == (3, 30.0, 70.0)


def test_a_level_at_midnight_begins_the_day_and_a_count_ends_it(on_each: Database) -> None:
    midnight = local("2026-11-24T00:00")
    take(on_each, CITY, [said("river", midnight, level=1), said("bikes", midnight, count=1)], NOW)
    days = local("2026-11-23T00:00"), local("2026-11-25T00:00")
    assert [item["count"] for item in series(on_each, CITY, "river", "level", *days, "day")] == [0, 1]
    assert [item["count"] for item in series(on_each, CITY, "bikes", "count", *days, "day")] == [1, 0]


@pytest.mark.parametrize(
    ("point", "name", "days", "by"),
    [
        pytest.param("nowhere", "count", 1, "day", id="no such point"),
        pytest.param("bikes", "level", 1, "day", id="no such property"),
        pytest.param("bikes", "count", 1, "week", id="no such period"),
        pytest.param("bikes", "count", 101, "quarter-hour", id="too long"),
    ],
)
def test_what_can_not_be_answered_is_said(on_sqlite: Database, point: str, name: str, days: int, by: str) -> None:
    with pytest.raises(InputError):
        series(on_sqlite, CITY, point, name, NOW, NOW + timedelta(days=days), by)


def test_a_day_is_closed_an_hour_and_a_minute_after_midnight(on_each: Database) -> None:
    """The kind's observations may be an hour late."""
    morning = local("2026-11-24T08:00")
    assert close(on_each, morning) == local("2026-11-25T01:01")
    claims = list(quarters("2026-11-24T00:00", "2026-11-25T00:00", lambda _: 3.0))
    take(on_each, CITY, claims, local("2026-11-25T00:00"))
    close(on_each, local("2026-11-25T01:00:59"))
    assert daily(on_each, CITY, "bikes", "count", date(2026, 11, 1), date(2026, 12, 1)) == []
    assert close(on_each, local("2026-11-25T01:01")) == local("2026-11-26T01:01")
    (kept,) = daily(on_each, CITY, "bikes", "count", date(2026, 11, 1), date(2026, 12, 1))
    assert (kept["day"], kept["sum"], kept["count"], kept["expected"]) == (date(2026, 11, 24), 288.0, 96, 96)
    assert (kept["energy"], kept["lden"], kept["last"]) == (None, None, None)


def test_a_closed_day_is_worked_out_again_when_something_comes_later(on_each: Database) -> None:
    close(on_each)
    times = [local("2026-11-20T12:00"), local("2026-11-20T12:15"), local("2026-11-20T00:00")]
    for number, moment in enumerate(times, start=1):
        take(on_each, CITY, [said("bikes", moment, count=10**number)], NOW)
        close(on_each)
    found = daily(on_each, CITY, "bikes", "count", date(2026, 11, 1), date(2026, 12, 1))
    assert {item["day"].day: item["sum"] for item in found} == {19: 1000.0, 20: 110.0}


def test_a_day_that_another_is_noting_is_left_until_that_is_done(on_postgresql: Database) -> None:
    day = ("bikes", "count", date(2026, 11, 20))
    with on_postgresql.transaction() as transaction:
        Days(transaction).note([day], NOW)
    with on_postgresql.transaction() as other:
        Days(other).note([day], NOW)
        with on_postgresql.transaction() as transaction:
            assert Days(transaction).noted(10) == []
    with on_postgresql.transaction() as transaction:
        assert Days(transaction).noted(10) == [day]


def test_days_that_were_stored_before_anyone_closed_days_are_worked_out(on_sqlite: Database) -> None:
    moment = local("2026-09-01T12:00")
    take(on_sqlite, CITY, [said("bikes", moment, count=7)], moment)
    close(on_sqlite)
    (kept,) = daily(on_sqlite, CITY, "bikes", "count", date(2026, 1, 1), date(2027, 1, 1))
    assert (kept["day"], kept["sum"]) == (date(2026, 9, 1), 7.0)


def test_a_long_history_is_worked_out_a_portion_at_a_time(on_each: Database) -> None:
    begin = local("2024-01-01T12:00")
    take(on_each, CITY, [said("bikes", begin + timedelta(days=day), count=day) for day in range(700)], NOW)
    due = DueDays()
    assert close_days(on_each, due, CITY, NOW) == NOW
    close(on_each)
    kept = daily(on_each, CITY, "bikes", "count", date(2024, 1, 1), date(2026, 12, 1))
    assert [item["sum"] for item in kept] == list(range(700))


def test_counts_by_hour_and_day(on_each: Database) -> None:
    def value(moment: datetime) -> float:
        return 100.0 if moment.astimezone(PARIS).hour == 8 else 1.0

    take(on_each, CITY, list(quarters("2026-11-17T00:00", "2026-11-25T12:00", value)), NOW)
    found = figures(on_each)
    day = 4 * 100 + 92
    assert (found["today"]["value"], found["today"]["completeness"]) == (4 * 100 + 44, 1.0)
    assert found["yesterday"]["value"] == day
    assert (found["last-7-days"]["value"], found["last-7-days"]["completeness"]) == (7 * day, 1.0)
    # The quarter that ends at 8 h belongs to the hour before it, and the last of the four to the hour after 8 h.
    assert (found["busiest-hour"]["value"], found["busiest-hour"]["since"]) == (301.0, local("2026-11-24T08:00"))
    hours = found["today-by-hour"]["hours"]
    assert [item["value"] for item in hours] == [4.0] * 7 + [103.0, 301.0] + [4.0] * 3


def test_nothing_counted_is_no_zero(on_sqlite: Database) -> None:
    take(on_sqlite, CITY, [said("bikes", local("2026-11-01T12:00"), count=4)], NOW)
    found = figures(on_sqlite)
    assert [found[name]["value"] for name in ("today", "yesterday", "busiest-hour")] == [None] * 3
    assert {item["value"] for item in found["today-by-hour"]["hours"]} == {None}


def test_days_over_a_threshold_and_since_when(on_each: Database) -> None:
    fills = {"2026-11-10T12:00": 85, "2026-11-11T12:00": 20, "2026-11-20T12:00": 80, "2026-11-21T09:00": 79.9}
    fills |= {"2026-11-21T12:00": 90, "2026-11-25T06:00": 95}
    take(on_each, CITY, [said("container", local(text), fill=value) for text, value in fills.items()], NOW)
    close(on_each)
    found = figures(on_each)
    assert found["days-over"]["value"] == 3
    assert found["over-since"]["since"] == local("2026-11-21T12:00")
    take(on_each, CITY, [said("container", NOW, fill=5)], NOW)
    assert figures(on_each)["over-since"]["value"] is None


def test_a_rise_for_each_hour(on_sqlite: Database) -> None:
    levels = {"2026-11-25T10:50": 1.0, "2026-11-25T11:20": 9.0, "2026-11-25T11:55": 1.5}
    take(on_sqlite, CITY, [said("river", local(text), level=value) for text, value in levels.items()], NOW)
    found = figures(on_sqlite)["rise"]
    assert (found["value"], found["unit"]) == (pytest.approx(0.5 / (65 / 60)), "m/h")
    assert figures(on_sqlite, NOW + timedelta(days=2))["rise"]["value"] is None


def test_noise_of_yesterday_and_of_the_last_24_hours(on_each: Database) -> None:
    def level(moment: datetime) -> float:
        return 40.0 if moment.astimezone(PARIS).hour < 6 else 60.0

    begin = local("2026-11-24T00:00")
    minutes = [begin + timedelta(minutes=n) for n in range(36 * 60)]
    take(on_each, CITY, [said("noise", moment + timedelta(seconds=30), laeq=level(moment)) for moment in minutes], NOW)
    close(on_each)
    found = figures(on_each)
    assert [found[name]["value"] for name in ("ld", "le")] == [pytest.approx(60.0)] * 2
    night = 10 * math.log10((6 * 10**4 + 2 * 10**6) / 8)
    assert found["ln"]["value"] == pytest.approx(night)
    lden = 10 * math.log10((12 * 10**6 + 4 * 10**6.5 + 8 * 10 ** ((night + 10) / 10)) / 24)
    assert (found["lden"]["value"], found["lden"]["completeness"]) == (pytest.approx(lden), 1.0)
    assert (found["ld"]["since"], found["ld"]["until"]) == (begin, local("2026-11-25T00:00"))
    assert found["leq-24h"]["value"] == pytest.approx(10 * math.log10((6 * 10**4 + 18 * 10**6) / 24))
    assert found["lden-24h"]["value"] == pytest.approx(lden)


def test_a_year_of_minutes_is_added_up_in_well_under_a_second(
    on_postgresql: Database, asked: Callable[[str], list[tuple[object, ...]]]
) -> None:
    asked(
        "INSERT INTO observation SELECT 'noise', 'laeq', t, 50 + extract(minute FROM t) / 10, 'dB', 'good', t, 't'"
        " FROM generate_series('2025-01-01 00:00:30Z'::timestamptz, '2025-12-31 23:59:30Z', interval '1 minute') t"
    )
    asked("ANALYZE observation")
    bounds = local("2025-01-02T00:00"), local("2025-12-31T00:00")
    begin = time.perf_counter()
    days = series(on_postgresql, CITY, "noise", "laeq", *bounds, "day")
    took = time.perf_counter() - begin
    assert {item["count"] for item in days} == {23 * 60, 24 * 60, 25 * 60}
    assert len(days) == 363
    # Two cores that others work on; alone it takes a quarter of that.
    assert took < 2.0
