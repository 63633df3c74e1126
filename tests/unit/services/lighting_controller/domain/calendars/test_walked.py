"""Calendars with several programmes, against an oracle that walks minute by minute and shares nothing with them."""

from __future__ import annotations

import json
import random
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.lighting_controller.domain.calendars.calendar import Plan
from services.lighting_controller.domain.calendars.loading_calendars import load_calendars
from services.lighting_controller.domain.daylight import Site
from tests.unit.services.lighting_controller.domain.calendars.walked import (
    DAY,
    GROUP,
    OTHER,
    PARIS,
    made_up,
    programme,
    walk,
)

SPRING, AUTUMN, LEAP = date(2026, 3, 28), date(2026, 10, 24), date(2028, 2, 29)
MARSEILLE, DUNKIRK = (43.3, 5.37), (51.03, 2.37)
DUSK_TO_DAWN: dict[str, Any] = {
    "default": "other",
    "nights": [{"id": "a", "title": "14 juillet", "on": ["07-14"]}],
    "extinctions": [
        {"id": "z", "bylaw": "Z", "since": "2020-01-01", "from": "00:30", "to": "05:00", "groups": [GROUP]}
    ],
    "calendars": [
        {
            "id": "c", "title": "C", "groups": [GROUP],
            "steps": {
                "dusk": "100 %", "22:30": "70 %", "00:30": "30 %", "02:30": "0 %", "05:00": "70 %", "dawn": "0 %",
            },
            "programmes": {
                "fête": {"sunset - 10 min": "100 %", "sunrise": "0 %"},
                "samedi": {"dusk + 0 min": "90 %", "02:00": "60 %", "03:00": "40 %", "dawn": "0 %"},
            },
            "days": [
                {"night": ["a"], "programme": "fête"},
                {"on": ["02-29"], "programme": "fête"},
                {"weekday": ["sat"], "programme": "samedi"},
            ],
        },
        OTHER,
    ],
}  # fmt: skip


def plan_of(data: dict[str, Any], where: tuple[float, float]) -> Plan:
    """As the file gives it: JSON is YAML."""
    return load_calendars(json.dumps(data), "c.yaml").plan_of(GROUP, Site(*where, PARIS))


def differing(data: dict[str, Any], where: tuple[float, float], first: date, nights: int) -> list[Any]:
    """The first minutes in which the plan has another level than who walks."""
    plan = plan_of(data, where)
    walked = walk(data, where, first, nights)
    return [(moment, level, plan.level_at(moment)) for moment, level in walked if plan.level_at(moment) != level][:3]


@pytest.mark.parametrize("latitude", [43.0, 45.7, 48.9, 51.0])
@pytest.mark.parametrize(
    ("night", "minutes"),
    [
        pytest.param(SPRING, 1380, id="spring, 23 hours"),
        pytest.param(AUTUMN, 1500, id="autumn, 25 hours"),
        pytest.param(LEAP, 1440, id="29 February"),
        pytest.param(date(2026, 6, 20), 1440, id="shortest night, a Saturday"),
        pytest.param(date(2026, 7, 14), 1440, id="14 July"),
        pytest.param(date(2026, 12, 31), 1440, id="new year"),
    ],
)
def test_each_minute_of_the_night_and_of_its_neighbours_is_that_of_the_walk(
    latitude: float, night: date, minutes: int
) -> None:
    where = (latitude, 2.4)
    assert len(list(walk(DUSK_TO_DAWN, where, night, 1))) == minutes
    assert differing(DUSK_TO_DAWN, where, night - DAY, 3) == []


@pytest.mark.parametrize(
    ("night", "first_level"),
    [(SPRING, "90 %"), (AUTUMN, "90 %"), (LEAP, "100 %"), (date(2026, 7, 14), "100 %")],
)
def test_the_walk_itself_knows_which_programme_is_meant(night: date, first_level: str) -> None:
    assert next(iter(programme(DUSK_TO_DAWN, night).values())) == first_level


def test_the_walk_finds_a_plan_that_is_a_minute_wrong() -> None:
    wrong = json.loads(json.dumps(DUSK_TO_DAWN).replace("22:30", "22:31"))
    plan, walked = plan_of(wrong, MARSEILLE), walk(DUSK_TO_DAWN, MARSEILLE, date(2026, 1, 5), 1)
    assert [moment for moment, level in walked if plan.level_at(moment) != level] != []


@settings(max_examples=20, deadline=None)
@given(
    chance=st.randoms(use_true_random=False),
    where=st.tuples(st.floats(43, 51), st.floats(-4.7, 8.2)),
    night=st.one_of(st.sampled_from([SPRING, AUTUMN, LEAP]), st.dates(date(2026, 1, 1), date(2028, 12, 30))),
)
def test_any_calendar_anywhere_in_france_is_that_of_the_walk(
    chance: random.Random, where: tuple[float, float], night: date
) -> None:
    assert differing(made_up(chance), where, night, 2) == []
