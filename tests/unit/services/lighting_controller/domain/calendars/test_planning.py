"""The plan of a year: its hours are those of who counts minutes, and add up."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from services.lighting_controller.domain.calendars.loading_calendars import load_calendars
from services.lighting_controller.domain.calendars.planning import YearPlan, plan_year
from services.lighting_controller.domain.daylight import Site, SunEvent, sun_event
from services.lighting_controller.domain.group import LuminaireGroup
from shared.civil_time import PARIS
from tests.unit.services.lighting_controller.domain.calendars.walked import DAY, GROUP, OTHER, walk

WHERE = (43.4, 5.05)
DATA: dict[str, Any] = {
    "default": "other",
    "nights": [{"id": "a", "title": "14 juillet", "on": "07-14"}],
    "extinctions": [
        {
            "id": "z", "bylaw": "Arrêté 1", "since": "2020-01-01", "from": "01:00", "to": "05:00",
            "groups": [GROUP], "lifted": "a",
        }
    ],
    "calendars": [
        {
            "id": "c", "title": "Quais", "groups": [GROUP],
            "steps": {"dusk": "100 %", "22:30": "70 %", "01:00": "0 %", "05:00": "70 %", "dawn": "0 %"},
            "programmes": {"fête": {"dusk": "100 %", "dawn": "0 %"}},
            "days": [{"night": ["a"], "programme": "fête"}],
        },
        OTHER,
    ],
}  # fmt: skip


def plan(year: int, data: dict[str, Any] = DATA, where: tuple[float, float] = WHERE) -> YearPlan:
    group = LuminaireGroup(GROUP, "Quai", "eclairage", Site(*where, PARIS), ("l",))
    return plan_year(group, load_calendars(json.dumps(data), "c.yaml"), year)


@pytest.mark.parametrize(("year", "month"), [(2027, 3), (2026, 10), (2027, 7), (2028, 2)])
def test_hours_of_a_month_are_those_of_who_counts_minutes(year: int, month: int) -> None:
    first = date(year, month, 1)
    nights = ((first + 31 * DAY).replace(day=1) - first).days
    walked = list(walk(DATA, WHERE, first, nights))
    found = plan(year).months[month - 1]
    held = Counter(level for _, level in walked)
    # A change is within its minute: two changes by the sun in a night, a minute each at most.
    tolerance = 60 * 2 * nights
    assert {item.level for item in found.levels} == {level for level in held if level}
    for item in found.levels:
        assert abs(item.seconds - 60 * held[item.level]) <= tolerance
    assert abs(found.full_load_s - sum(level / 100 * number * 60 for level, number in held.items())) <= tolerance
    assert found.lit_s == sum(item.seconds for item in found.levels)


def test_dark_hours_lie_between_dusk_and_dawn() -> None:
    march, july = plan(2027).months[2], plan(2027).months[6]
    # Four hours in 30 nights, three in the one of spring; and none on 14 July.
    assert march.dark_s == 3600 * (30 * 4 + 3)
    assert july.dark_s == 3600 * 30 * 4
    assert plan(2026).months[9].dark_s == 3600 * (30 * 4 + 5)


def test_first_and_last_lighting_are_by_the_clocks() -> None:
    months = plan(2027).months
    site = Site(*WHERE, PARIS)
    dusks = [sun_event(site, SunEvent.DUSK, date(2027, 10, 1) + number * DAY).astimezone(PARIS) for number in range(31)]
    assert months[9].earliest_on == f"{min(d.time() for d in dusks):%H:%M}"
    assert months[9].latest_on == f"{max(d.time() for d in dusks):%H:%M}"
    assert (months[0].earliest_on, months[0].latest_off) == ("17:47", "07:39")


@pytest.mark.parametrize(("year", "nights"), [(2027, 365), (2028, 366)])
def test_year_has_all_its_nights_one_after_the_other(year: int, nights: int) -> None:
    found = plan(year).nights
    assert len(found) == nights
    assert all(a.ends == b.begins for a, b in itertools.pairwise(found))
    assert found[-1].ends - found[0].begins == timedelta(days=nights)
    assert sorted({night.ends - night.begins for night in found}) == [timedelta(hours=hours) for hours in (23, 24, 25)]
    assert all(night.changes[0].at == night.begins for night in found)


def test_special_night_has_its_name_and_its_programme() -> None:
    night = plan(2027).nights[date(2027, 7, 14).timetuple().tm_yday - 1]
    assert (night.occasion, night.programme, [change.level for change in night.changes]) == (
        "14 juillet", "fête", [0, 100, 0],
    )  # fmt: skip
    assert [change.by for change in plan(2027).nights[0].changes] == ["", "dusk", "22:30", "01:00", "05:00", "dawn"]


def test_plan_survives_the_wire() -> None:
    found = plan(2028)
    assert msgspec.json.decode(msgspec.json.encode(msgspec.to_builtins(found)), type=YearPlan) == found


def test_polar_circle_has_a_plan_too() -> None:
    data = json.loads(json.dumps(DATA)) | {"extinctions": []}
    data["calendars"][0]["steps"] = {"dusk": "100 %", "dawn": "0 %"}
    found = plan(2027, data, (66.6, 5.0))
    june, december = found.months[5], found.months[11]
    assert (june.lit_s, june.earliest_on) == (0, None)
    assert december.lit_s > 15 * 3600 * 31
    assert all(isinstance(night.dusk, datetime) and night.dusk <= night.dawn for night in found.nights)
