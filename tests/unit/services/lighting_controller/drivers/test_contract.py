"""The contract of all drivers, for those that need no broker; the others hold it on the wire."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.lighting_controller.domain.commanding.driver import Driver, FailSafe
from services.lighting_controller.domain.commanding.kept_programme import ALONE_AFTER
from services.lighting_controller.drivers import WAYS, Surroundings
from services.lighting_controller.drivers.simulated import Outage, SimulatedDriver
from shared.runtime.settings import Settings
from tests.unit.services.lighting_controller.drivers.contract import (
    FACTS,
    FACTS_OF_KEEPING,
    Bench,
    KeepingBench,
    Levels,
)

ON_THE_WIRE = {
    "mqtt": "tests/wire/test_mqtt_driver.py",
    "chirpstack": "tests/wire/lighting/test_chirpstack_driver.py",
}
ROOT = Path(__file__).resolve().parents[5]


class VirtualBench:
    """A driver of lamps whose time the bench moves."""

    lamps: Sequence[str] = [f"l{number}" for number in range(100)]
    ramp = timedelta(seconds=30)

    def __init__(self, driver: Driver, start: datetime) -> None:
        self.driver = driver
        self._now = start

    def now(self) -> datetime:
        return self._now

    def settled(self, wanted: Mapping[str, Levels]) -> Mapping[str, Levels]:
        self._now += self.ramp + timedelta(seconds=1)
        found = self.driver.reports(list(wanted), self._now)
        return {report.luminaire: (report.feedback, report.actual) for report in found}


class SimulatedBench(VirtualBench):
    """Lamps whose gateway the bench takes away."""

    driver: SimulatedDriver

    def cut_off(self) -> None:
        self.driver.cut(Outage(self._now, self._now + ALONE_AFTER + timedelta(minutes=1)))
        self._now += ALONE_AFTER

    def hears_again(self) -> None:
        self._now += timedelta(minutes=1)

    def does(self, wanted: Mapping[str, Levels]) -> Mapping[str, Levels]:
        assert self.driver.reports(list(wanted), self._now) == []
        found = self.driver.look(list(wanted), self._now)
        return {report.luminaire: (report.feedback, report.actual) for report in found}


@pytest.fixture(params=sorted(WAYS.keys() - ON_THE_WIRE.keys()))
def bench(request: pytest.FixtureRequest, memory: Any, t0: datetime) -> Bench:
    """Each driver of the registry that needs nothing outside this process."""
    settings = replace(Settings(), lighting_driver=request.param)
    return VirtualBench(WAYS[request.param].driver(Surroundings(settings, memory, memory)), t0)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.__name__)
def test_driver_keeps_the_contract(bench: Bench, fact: Callable[[Bench], None]) -> None:
    fact(bench)


@pytest.mark.parametrize("fact", FACTS_OF_KEEPING, ids=lambda fact: fact.__name__)
def test_lamps_of_the_simulated_driver_keep_a_programme(
    memory: Any, t0: datetime, fact: Callable[[KeepingBench], None]
) -> None:
    driver = SimulatedDriver(memory)
    assert isinstance(driver, FailSafe)
    fact(SimulatedBench(driver, t0))


@pytest.mark.parametrize("name", sorted(ON_THE_WIRE))
def test_driver_that_needs_a_broker_keeps_the_contract_elsewhere(name: str) -> None:
    assert name in WAYS
    assert f'WAYS["{name}"]' in (ROOT / ON_THE_WIRE[name]).read_text(encoding="utf-8")
