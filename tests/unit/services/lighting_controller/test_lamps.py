"""The way to the luminaires as one process has it."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.lighting_controller.drivers import WAYS
from services.lighting_controller.drivers.simulated import SimulatedDriver
from services.lighting_controller.lamps import Lamps
from tests.unit.services.lighting_controller.conftest import LampsInMemory

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


class Beating(SimulatedDriver):
    """A driver that notes when it beat."""

    def __init__(self) -> None:
        super().__init__(LampsInMemory())
        self.beats: list[datetime] = []

    def beat(self, now: datetime) -> None:
        self.beats.append(now)


def test_beat_comes_each_minute_also_when_the_clock_was_set_back(t0: datetime) -> None:
    driver = Beating()
    lamps = Lamps(driver, WAYS["mqtt"])
    back = t0 - timedelta(hours=1)
    moments = (t0, t0 + 59 * SECOND, t0 + MINUTE, back, back + 59 * SECOND, back + MINUTE)
    for now in moments:
        lamps.beat(now)
    assert driver.beats == [t0, t0 + MINUTE, back, back + MINUTE]
