"""Which nights a rule of a calendar is for; a night has the date of its evening."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from services.lighting_controller.domain.calendars.calendar import Calendar
from services.lighting_controller.domain.calendars.loading_calendars import load_calendars

GOOD: dict[str, Any] = {
    "default": "c",
    "nights": [{"id": "fete", "title": "14 juillet", "on": "07-14"}],
    "calendars": [
        {
            "id": "c",
            "title": "C",
            "steps": {"dusk": "100 %", "dawn": "0 %"},
            "programmes": {name: {"dusk": "50 %", "dawn": "0 %"} for name in ("first", "second")},
        }
    ],
}


def calendar_of(*days: dict[str, Any]) -> Calendar:
    data = json.loads(json.dumps(GOOD))
    data["calendars"][0]["days"] = list(days)
    return load_calendars(json.dumps(data), "c.yaml").default


def nights_of(rule: dict[str, Any], year: int) -> list[str]:
    """Those of a year for which the rule is."""
    calendar = calendar_of({**rule, "programme": "first"})
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(366)]
    return [f"{day:%m-%d}" for day in days if day.year == year and calendar.programme_of(day).name == "first"]


@pytest.mark.parametrize(
    ("rule", "year", "expected"),
    [
        pytest.param({"on": "07-14"}, 2026, ["07-14"], id="a day of every year"),
        pytest.param({"on": ["12-31", "01-02"]}, 2026, ["01-02", "12-31"], id="two days"),
        pytest.param({"on": "2026-12-05"}, 2026, ["12-05"], id="a date"),
        pytest.param({"on": "2026-12-05"}, 2027, [], id="a date of another year"),
        pytest.param({"on": "02-29"}, 2028, ["02-29"], id="29 February"),
        pytest.param({"on": "02-29"}, 2027, [], id="no 29 February"),
        pytest.param({"from": "02-28", "to": "03-01"}, 2028, ["02-28", "02-29", "03-01"], id="over 29 February"),
        pytest.param({"from": "12-30", "to": "01-02"}, 2026, ["01-01", "01-02", "12-30", "12-31"], id="over new year"),
        pytest.param({"from": "12-30"}, 2026, ["12-30", "12-31"], id="to the end of the year"),
        pytest.param({"to": "01-02"}, 2026, ["01-01", "01-02"], id="from its begin"),
        pytest.param({"from": "2026-12-30", "to": "2027-01-01"}, 2027, ["01-01"], id="between dates"),
        pytest.param({"from": "2027-12-31"}, 2027, ["12-31"], id="from a date on"),
        pytest.param({"to": "2027-01-01"}, 2027, ["01-01"], id="until a date"),
        pytest.param({"nth": "last fri", "month": 5}, 2026, ["05-29"], id="neighbours' feast"),
        pytest.param({"from": "07-14", "to": "07-14"}, 2026, ["07-14"], id="from a day to the same"),
        pytest.param({"nth": "last fri", "month": 7}, 2026, ["07-31"], id="last on the last day"),
        pytest.param({"nth": "5 sun", "month": [3, 5]}, 2026, ["03-29", "05-31"], id="fifth Sundays"),
        pytest.param({"nth": "1 sat", "month": [2, 11]}, 2026, ["02-07", "11-07"], id="first Saturdays"),
        pytest.param(
            {"holiday": "FR", "month": [4, 5, 7]}, 2026,
            ["04-06", "05-01", "05-08", "05-14", "05-25", "07-14"], id="public holidays",
        ),
        pytest.param(
            {"eve": "FR", "month": [4, 5, 7]}, 2026,
            ["04-05", "04-30", "05-07", "05-13", "05-24", "07-13"], id="their eves",
        ),
        pytest.param({"eve": "FR", "month": 12}, 2026, ["12-24", "12-31"], id="eve of new year"),
        pytest.param({"holiday": "FR-57", "month": 12}, 2026, ["12-25", "12-26"], id="in Moselle"),
        pytest.param({"night": "fete"}, 2026, ["07-14"], id="a night with a name"),
        pytest.param({"night": "fete", "weekday": "tue"}, 2026, ["07-14"], id="if it is a Tuesday"),
        pytest.param({"night": "fete", "weekday": "tue"}, 2027, [], id="and it is none"),
        pytest.param({"weekday": "sun", "from": "06-29", "to": "07-05"}, 2026, ["07-05"], id="all hold"),
    ],
)  # fmt: skip
def test_rule_is_for_these_nights(rule: dict[str, Any], year: int, expected: list[str]) -> None:
    assert nights_of(rule, year) == expected


@pytest.mark.parametrize(
    ("days", "night", "expected"),
    [
        ([("weekday", "sat", "first"), ("on", "07-18", "second")], date(2026, 7, 18), "first"),
        ([("on", "07-18", "second"), ("weekday", "sat", "first")], date(2026, 7, 18), "second"),
        ([("on", "07-18", "second"), ("weekday", "sat", "first")], date(2026, 7, 19), "ordinaire"),
        ([("on", "07-18", "ordinaire"), ("weekday", "sat", "first")], date(2026, 7, 18), "ordinaire"),
    ],
)
def test_first_rule_that_is_for_the_night_wins(days: list[Any], night: date, expected: str) -> None:
    calendar = calendar_of(*({word: value, "programme": name} for word, value, name in days))
    assert calendar.programme_of(night).name == expected
