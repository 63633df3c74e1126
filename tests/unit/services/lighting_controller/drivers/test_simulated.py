"""Simulated luminaires that are slow, deaf or stuck on demand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from services.lighting_controller.domain.driver import Command, CommandReason
from services.lighting_controller.drivers.simulated import SimulatedDriver

SECOND = timedelta(seconds=1)
DIM = Command("a", 30, timedelta(), CommandReason.PROGRAM, "calendar", 1)


def seen(driver: SimulatedDriver, now: datetime) -> tuple[int | None, int | None]:
    (report,) = driver.reports(["a"], now)
    return report.feedback, report.actual


def test_command_takes_effect_after_the_latency(memory: Any, t0: datetime) -> None:
    driver = SimulatedDriver(memory, latency=10 * SECOND)
    driver.send([DIM], t0)
    assert seen(driver, t0 + 9 * SECOND) == (None, 100)
    assert seen(driver, t0 + 10 * SECOND) == (30, 30)


def test_lost_command_has_no_effect(memory: Any, t0: datetime) -> None:
    driver = SimulatedDriver(memory, loses=lambda command: command.level == 30)
    driver.send([DIM], t0)
    assert seen(driver, t0) == (None, 100)


def test_stuck_lamp_says_that_it_obeys_and_burns_on(memory: Any, t0: datetime) -> None:
    driver = SimulatedDriver(memory, stuck=["a"])
    driver.send([DIM], t0)
    assert seen(driver, t0) == (30, 100)


def test_lamps_stay_as_they_are_when_another_driver_takes_over(memory: Any, t0: datetime) -> None:
    SimulatedDriver(memory).send([DIM], t0)
    assert seen(SimulatedDriver(memory), t0 + SECOND) == (30, 30)
