"""Builders of valid things; a test names only what matters to it. Everything is real except the lamps' memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.lighting_controller.domain.calendars.calendar import Calendar, Plan, Step, SunTime
from services.lighting_controller.domain.commanding.simulated_lamp import SimulatedLamp
from services.lighting_controller.domain.daylight import Site, SunEvent
from shared.model.alerts import Criticality
from shared.model.lighting import LightingAct, LightingRequested

T0 = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)
TOULOUSE = Site(43.6, 1.44, ZoneInfo("Europe/Paris"))
BANK = Calendar(
    "bank",
    "Berges",
    (
        Step(SunTime(SunEvent.DUSK), 100),
        Step(time(22, 30), 50),
        Step(time(5, 30), 100),
        Step(SunTime(SunEvent.DAWN), 0),
    ),
)


@pytest.fixture
def t0() -> datetime:
    """Monday 10 January 2022, 02:45 in Toulouse: the bank is dimmed to 50 %."""
    return T0


@pytest.fixture
def bank() -> Plan:
    """The bank's calendar at Toulouse."""
    return Plan(BANK, TOULOUSE)


@pytest.fixture
def hold() -> Callable[..., LightingRequested]:
    """A function that makes a HOLD of the flood rule, with a lease of 15 minutes from ``at``."""

    def make(at: datetime = T0, **fields: object) -> LightingRequested:
        values: dict[str, object] = {
            "override": "o1",
            "act": LightingAct.HOLD,
            "alert": "a1",
            "rule": "gemapi.crue",
            "owner": "gemapi",
            "criticality": Criticality.VITAL,
            "group": "bank",
            "level": 100,
            "reason": "crue",
            "at": at,
            "lease_until": at + timedelta(minutes=15),
            "at_most_s": 4 * 3600.0,
        }
        return LightingRequested(**(values | fields))  # type: ignore[arg-type]

    return make


@pytest.fixture
def release(hold: Callable[..., LightingRequested]) -> Callable[..., LightingRequested]:
    """A function that makes a RELEASE of the same override."""
    return lambda at=T0, **fields: hold(at, act=LightingAct.RELEASE, lease_until=None, **fields)


class LampsInMemory:
    """A memory of simulated lamps that forgets at the end of the test."""

    def __init__(self) -> None:
        self.lamps: dict[str, SimulatedLamp] = {}

    def load(self, ids: Sequence[str]) -> dict[str, SimulatedLamp]:
        return {identifier: self.lamps[identifier] for identifier in ids if identifier in self.lamps}

    def save(self, lamps: Sequence[SimulatedLamp]) -> None:
        self.lamps.update((lamp.id, lamp) for lamp in lamps)


@pytest.fixture
def memory() -> LampsInMemory:
    """An empty memory of lamps."""
    return LampsInMemory()
