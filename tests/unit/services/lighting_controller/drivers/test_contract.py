"""What every driver must do; a driver that is not in this run is not in the registry."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.lighting_controller.domain.driver import Command, CommandReason, Driver
from services.lighting_controller.drivers import DRIVERS

SECOND = timedelta(seconds=1)


@pytest.fixture(params=sorted(DRIVERS))
def driver(request: pytest.FixtureRequest, memory: Any) -> Driver:
    """Each driver of the registry."""
    return DRIVERS[request.param](memory)


def command(luminaire: str, level: int, sequence: int, ramp: timedelta = timedelta()) -> Command:
    return Command(luminaire, level, ramp, CommandReason.PROGRAM, "calendar", sequence)


def seen(driver: Driver, now: datetime, *luminaires: str) -> dict[str, tuple[int | None, int | None]]:
    return {report.luminaire: (report.feedback, report.actual) for report in driver.reports(luminaires, now)}


@pytest.mark.parametrize("level", [0, 1, 50, 100])
def test_command_shows_in_the_report_of_its_luminaire_only(driver: Driver, t0: datetime, level: int) -> None:
    driver.send([command("a", level, 1)], t0)
    found = seen(driver, t0 + SECOND, "a", "b")
    assert found["a"] == (level, level)
    assert found.get("b", (None, None))[0] is None


def test_each_luminaire_gets_its_own_command(driver: Driver, t0: datetime) -> None:
    driver.send([command(f"l{n}", n, 1) for n in range(100)], t0)
    names = [f"l{n}" for n in range(100)]
    assert [seen(driver, t0 + SECOND, *names)[name] for name in names] == [(n, n) for n in range(100)]


def test_ramp_has_ended_when_its_time_is_over(driver: Driver, t0: datetime) -> None:
    driver.send([command("a", 20, 1, 30 * SECOND)], t0)
    assert seen(driver, t0 + 31 * SECOND, "a") == {"a": (20, 20)}


def test_command_that_comes_twice_or_too_late_changes_nothing(driver: Driver, t0: datetime) -> None:
    driver.send([command("a", 20, 2)], t0)
    driver.send([command("a", 20, 2), command("a", 90, 1)], t0 + SECOND)
    assert seen(driver, t0 + 2 * SECOND, "a") == {"a": (20, 20)}


def test_nothing_to_send_and_nobody_to_hear_is_no_error(driver: Driver, t0: datetime) -> None:
    driver.send([], t0)
    assert list(driver.reports([], t0)) == []


def test_reports_bear_a_time_that_is_not_in_the_future(driver: Driver, t0: datetime) -> None:
    driver.send([command("a", 20, 1)], t0)
    assert all(report.at <= t0 + SECOND for report in driver.reports(["a"], t0 + SECOND))
