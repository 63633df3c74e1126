"""Made-up series are the same in every run, follow the local clock, and show their events."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.console.simulating import ByHour, Event, Filling, Series, Simulation

PARIS = ZoneInfo("Europe/Paris")
HOUR = timedelta(hours=1)


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2022, 1, day, hour, minute, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("hour", "minute", "value"),
    [(6, 0, 40), (12, 0, 60), (9, 0, 50), (18, 0, 53), (0, 0, 47), (5, 0, 41)],
    ids=["at an hour", "at another", "half way", "after the last", "over midnight", "before the first"],
)
def test_a_day_is_drawn_from_hour_to_hour_and_over_midnight(hour: int, minute: int, value: float) -> None:
    day = ByHour(((6, 40.0), (12, 60.0)))
    assert round(day.at(at(9, hour, minute))) == value


def test_a_steady_value_is_a_day_of_one_hour() -> None:
    assert ByHour(((0, 12.0),)).at(at(9, 17, 30)) == 12.0


def test_a_container_fills_to_the_top_and_is_emptied() -> None:
    container = Filling(at(9), 70.0, 20.0, (at(12, 6),))
    assert [container.at(at(day, 6)) for day in (9, 10, 11, 12, 13)] == [75.0, 95.0, 100.0, 0.0, 20.0]


def test_an_event_rises_stays_and_falls() -> None:
    fire = Series("t", ByHour(((0, 10.0),)), events=(Event(at(9, 12), at(9, 14), 90.0, HOUR),))
    told = [fire.at(at(9, hour, minute), "d") for hour, minute in ((11, 0), (12, 30), (13, 30), (14, 30), (15, 30))]
    assert told == [10.0, 50.0, 90.0, 50.0, 10.0]


def test_values_lie_beside_the_curve_by_chance_and_by_the_same_chance_again() -> None:
    series = Series("laeq", ByHour(((0, 60.0),)), spread=3.0)
    told = [series.at(at(9) + step * HOUR, "d") for step in range(500)]
    assert told == [series.at(at(9) + step * HOUR, "d") for step in range(500)]
    assert told[:6] == [59.4, 60.7, 60.9, 59.2, 60.9, 59.2]
    assert all(57.0 <= value <= 63.0 for value in told)
    assert abs(sum(told) / len(told) - 60.0) < 0.2
    assert told != [series.at(at(9) + step * HOUR, "another") for step in range(500)]


def test_what_is_counted_has_no_decimals() -> None:
    series = Series("count", ByHour(((0, 12.0),)), spread=3.0, decimals=0)
    told = [series.at(at(9) + step * HOUR, "d") for step in range(100)]
    assert all(value.is_integer() for value in told)
    assert {round(value) for value in told} == {11, 12, 13}


def test_each_device_speaks_at_each_step() -> None:
    curve = (Series("laeq", ByHour(((0, 60.0),))),)
    simulation = Simulation("bruit", 6 * HOUR, {"a": curve, "b": curve})
    uplinks = list(simulation.uplinks(at(9), at(9, 12), PARIS))
    assert [(uplink.device, uplink.time) for uplink in uplinks] == [
        (device, at(9, hour)) for hour in (0, 6, 12) for device in "ab"
    ]
