"""Ways to reach luminaires. A new one: its file here, and its line in this registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from services.lighting_controller.domain.driver import Driver
from services.lighting_controller.domain.observing import PERIOD
from services.lighting_controller.domain.pacing import Pace
from services.lighting_controller.domain.patience import Patience
from services.lighting_controller.drivers.mqtt import MqttDriver, ReportMemory
from services.lighting_controller.drivers.mqtt_line import MqttAddress, MqttLine
from services.lighting_controller.drivers.simulated import LampMemory, SimulatedDriver
from shared.errors import SettingsError
from shared.runtime.settings import Settings


@dataclass(frozen=True)
class Surroundings:
    """What a driver finds in its process."""

    settings: Settings
    lamps: LampMemory
    heard: ReportMemory


@dataclass(frozen=True)
class Way:
    """A way to reach luminaires.

    Attributes:
        driver: makes its driver.
        patience: how long to wait for answers there.
        pace: how many commands may leave at a time; None: any number.
        reports_come: whether luminaires report by themselves, over the bus.
    """

    driver: Callable[[Surroundings], Driver]
    patience: Patience = field(default_factory=Patience)
    pace: Pace | None = None
    reports_come: bool = False


def _simulated(around: Surroundings) -> Driver:
    return SimulatedDriver(around.lamps)


def _mqtt(around: Surroundings) -> Driver:
    if around.settings.mqtt_url is None:
        raise SettingsError(["VIGIE_MQTT_URL: needed by the driver mqtt"])
    return MqttDriver(MqttLine(MqttAddress.read(around.settings.mqtt_url)), around.heard)


WAYS: Final[Mapping[str, Way]] = MappingProxyType(
    {
        "simulated": Way(_simulated, Patience(silent_after=3 * PERIOD, asks_every=PERIOD)),
        # Each reports every minute.
        "mqtt": Way(_mqtt, Patience(spread=0.25, silent_after=PERIOD), Pace(per_second=200), reports_come=True),
    }
)
"""By the name that ``VIGIE_LIGHTING_DRIVER`` gives."""
