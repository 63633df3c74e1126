"""The contract of all drivers, for those that need no broker; the others hold it on the wire."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.lighting_controller.domain.driver import Driver
from services.lighting_controller.drivers import WAYS, Surroundings
from shared.runtime.settings import Settings
from tests.unit.services.lighting_controller.drivers.contract import FACTS, Bench, Levels

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


@pytest.fixture(params=sorted(WAYS.keys() - ON_THE_WIRE.keys()))
def bench(request: pytest.FixtureRequest, memory: Any, t0: datetime) -> Bench:
    """Each driver of the registry that needs nothing outside this process."""
    settings = replace(Settings(), lighting_driver=request.param)
    return VirtualBench(WAYS[request.param].driver(Surroundings(settings, memory, memory)), t0)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.__name__)
def test_driver_keeps_the_contract(bench: Bench, fact: Callable[[Bench], None]) -> None:
    fact(bench)


@pytest.mark.parametrize("name", sorted(ON_THE_WIRE))
def test_driver_that_needs_a_broker_keeps_the_contract_elsewhere(name: str) -> None:
    assert name in WAYS
    assert f'WAYS["{name}"]' in (ROOT / ON_THE_WIRE[name]).read_text(encoding="utf-8")
