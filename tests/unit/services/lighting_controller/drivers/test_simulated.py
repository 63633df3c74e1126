"""Simulated luminaires that are slow, deaf or stuck on demand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services.lighting_controller.domain.commanding.driver import Command, CommandReason
from services.lighting_controller.domain.commanding.kept_programme import KeptProgramme, KeptStep
from services.lighting_controller.domain.commanding.simulated_lamp import led_watts
from services.lighting_controller.drivers.chance import Chance
from services.lighting_controller.drivers.simulated import Outage, SimulatedDriver

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


def test_each_command_may_travel_as_long_as_it_likes(memory: Any, t0: datetime) -> None:
    driver = SimulatedDriver(memory, latency=lambda command: command.level * SECOND)
    driver.send([DIM], t0)
    assert [seen(driver, t0 + after * SECOND)[0] for after in (29, 30)] == [None, 30]


def test_lost_report_says_nothing_and_the_command_counts(memory: Any, t0: datetime) -> None:
    driver = SimulatedDriver(memory, loses_report=lambda report: report.at == t0)
    driver.send([DIM], t0)
    assert driver.reports(["a"], t0) == []
    assert seen(driver, t0 + SECOND) == (30, 30)


def test_dead_lamp_obeys_and_is_dark(memory: Any, t0: datetime) -> None:
    driver = SimulatedDriver(memory, dead=["a"])
    driver.send([DIM], t0)
    for item in (*driver.reports(["a"], t0), *driver.look(["a"], t0)):
        assert (item.feedback, item.actual, item.power_w, item.lamp_failure) == (30, 0, 0.5, True)


def test_mute_lamp_neither_hears_nor_speaks(memory: Any, t0: datetime) -> None:
    driver = SimulatedDriver(memory, mute=["a"])
    driver.send([DIM], t0)
    assert driver.reports(["a"], t0) == []
    assert [(item.feedback, item.actual) for item in driver.look(["a"], t0)] == [(None, 100)]


def test_outage_of_a_gateway_cuts_its_lamps_off_both_ways_and_no_others(memory: Any, t0: datetime) -> None:
    driver = SimulatedDriver(memory, outages=[Outage(t0, t0 + 60 * SECOND, frozenset({"a"}))])
    driver.send([DIM, replace(DIM, luminaire="b")], t0)
    assert [item.luminaire for item in driver.reports(["a", "b"], t0)] == ["b"]
    assert seen(driver, t0 + 60 * SECOND) == (None, 100)


def test_outages_one_after_the_other_are_one_to_a_lamp(memory: Any, t0: datetime) -> None:
    minute = 60 * SECOND
    outages = [Outage(t0 + at * minute, t0 + (at + 6) * minute) for at in (6, 1)]
    driver = SimulatedDriver(memory, outages=outages)
    driver.send([DIM], t0)
    driver.upload([KeptProgramme("a", (KeptStep(t0, 70),), t0 + 600 * minute)], t0)
    found = [driver.look(["a"], t0 + at * minute)[0].actual for at in (0, 10, 11, 12)]
    assert found == [30, 30, 70, 30]


def test_power_follows_the_light_also_of_a_stuck_lamp(memory: Any, t0: datetime) -> None:
    driver = SimulatedDriver(memory, stuck=["b"], watts=lambda _lamp, level: level / 2)
    driver.send([DIM, replace(DIM, luminaire="b")], t0)
    assert [report.power_w for report in driver.reports(["a", "b"], t0)] == [15.0, 50.0]
    assert [led_watts(level) for level in (0, 50, 100)] == [0.5, 32.4, 60.0]


def test_chance_is_the_same_for_the_same_seed_whatever_is_asked_first() -> None:
    commands = [replace(DIM, luminaire=f"l{number}") for number in range(2000)]
    lost = [command.luminaire for command in commands if Chance(7).loses(0.05)(command)]
    assert lost == [command.luminaire for command in reversed(commands) if Chance(7).loses(0.05)(command)][::-1]
    assert 60 <= len(lost) <= 140
    assert lost != [command.luminaire for command in commands if Chance(8).loses(0.05)(command)]


def test_share_of_lamps_and_latency_lie_where_they_are_told() -> None:
    names = [f"l{number}" for number in range(5000)]
    stuck, dead = (Chance(1).some(names, 0.01, what) for what in ("stuck", "dead"))
    assert 25 <= len(stuck) <= 75
    assert stuck != dead
    latency = Chance(1).latency(SECOND, 3 * SECOND)
    found = [latency(replace(DIM, luminaire=name)) for name in names]
    assert SECOND <= min(found) < max(found) < 3 * SECOND
