"""How a simulated lamp obeys."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from services.lighting_controller.domain.commanding.driver import Command, CommandReason
from services.lighting_controller.domain.commanding.simulated_lamp import SimulatedLamp

SECOND = timedelta(seconds=1)


def command(level: int, sequence: int, ramp: timedelta = timedelta()) -> Command:
    return Command("l", level, ramp, CommandReason.PROGRAM, "calendar", sequence)


def test_lamp_that_was_never_commanded_burns_at_its_default(t0: datetime) -> None:
    report = SimulatedLamp("l", t0).report(t0)
    assert (report.feedback, report.actual) == (None, 100)


@pytest.mark.parametrize(("after", "actual"), [(0, 100), (15, 75), (30, 50), (60, 0), (90, 0)])
def test_light_moves_evenly_along_the_ramp(t0: datetime, after: int, actual: int) -> None:
    lamp = SimulatedLamp("l", t0).obey(command(0, 1, 60 * SECOND), t0)
    report = lamp.report(t0 + after * SECOND)
    assert (report.feedback, report.actual) == (0, actual)


def test_command_on_its_way_is_not_yet_in_effect(t0: datetime) -> None:
    lamp = SimulatedLamp("l", t0).obey(command(40, 1), t0).obey(command(90, 2), t0 + 5 * SECOND)
    assert (lamp.report(t0).feedback, lamp.report(t0).actual) == (40, 40)
    assert (lamp.report(t0 + 5 * SECOND).feedback, lamp.report(t0 + 5 * SECOND).actual) == (90, 90)


def test_command_on_a_ramp_begins_where_the_light_is(t0: datetime) -> None:
    lamp = SimulatedLamp("l", t0).obey(command(0, 1, 60 * SECOND), t0)
    turned = lamp.obey(command(100, 2, 10 * SECOND), t0 + 30 * SECOND)
    assert turned.report(t0 + 30 * SECOND).actual == 50
    assert turned.report(t0 + 35 * SECOND).actual == 75


@pytest.mark.parametrize("sequence", [4, 5])
def test_command_that_is_not_newer_is_passed_over(t0: datetime, sequence: int) -> None:
    lamp = SimulatedLamp("l", t0).obey(command(40, 5), t0)
    assert lamp.obey(command(90, sequence), t0 + SECOND) is lamp
