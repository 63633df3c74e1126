"""Ways to reach luminaires. A new one: its file here, and its line in this registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from services.lighting_controller.domain.commanding.driver import Driver, Report
from services.lighting_controller.domain.commanding.pacing import Pace
from services.lighting_controller.domain.faults.observing import PERIOD
from services.lighting_controller.domain.faults.patience import Patience
from services.lighting_controller.drivers.chirpstack import ChirpStackDriver
from services.lighting_controller.drivers.chirpstack_addresses import AddressBook
from services.lighting_controller.drivers.chirpstack_groups import multicast_groups
from services.lighting_controller.drivers.chirpstack_messages import reader
from services.lighting_controller.drivers.chirpstack_rest import ChirpStackRest
from services.lighting_controller.drivers.mqtt import MqttDriver, ReportMemory
from services.lighting_controller.drivers.mqtt_line import MqttAddress, MqttLine
from services.lighting_controller.drivers.mqtt_messages import read_own
from services.lighting_controller.drivers.simulated import LampMemory, SimulatedDriver, Watts, any_led
from shared.errors import SettingsError
from shared.model.registry import Inventory
from shared.runtime.settings import Settings

Read = Callable[[str, bytes, datetime], Report | None]
"""Reads a report under a routing key; None: it is of nobody who is reached this way."""


def _nothing_known() -> tuple[int, Inventory]:
    return 0, Inventory()


@dataclass(frozen=True)
class Surroundings:
    """What a driver finds in its process.

    Attributes:
        registry: the revision of the registry's copy, and all that it knows.
        watts: what a luminaire draws at a level, for a way that has no meter.
    """

    settings: Settings
    lamps: LampMemory
    heard: ReportMemory
    registry: Callable[[], tuple[int, Inventory]] = _nothing_known
    watts: Watts = any_led


@dataclass(frozen=True)
class Reached:
    """The driver of a way, and what reads the reports that luminaires send by themselves; None: they send none."""

    driver: Driver
    read: Read | None = None


@dataclass(frozen=True)
class Way:
    """A way to reach luminaires.

    Attributes:
        reach: makes its driver.
        patience: how long to wait for answers there.
        pace: how many messages may leave at a time; None: any number.
        reports_come: whether luminaires report by themselves, over the bus.
        beat_every: how often luminaires are told that the controller is there; None: they need not be.
    """

    reach: Callable[[Surroundings], Reached]
    patience: Patience = field(default_factory=Patience)
    pace: Pace | None = None
    reports_come: bool = False
    beat_every: timedelta | None = None

    def driver(self, around: Surroundings) -> Driver:
        """The driver alone."""
        return self.reach(around).driver


def _simulated(around: Surroundings) -> Reached:
    return Reached(SimulatedDriver(around.lamps, watts=around.watts))


def _mqtt(around: Surroundings) -> Reached:
    return Reached(MqttDriver(_line(around.settings), around.heard), read_own)


def _chirpstack(around: Surroundings) -> Reached:
    settings = around.settings
    if settings.chirpstack_application is None:
        raise SettingsError(["VIGIE_CHIRPSTACK_APPLICATION: needed by the driver chirpstack"])
    groups = multicast_groups(settings)
    book = AddressBook(around.registry, groups)
    rest = None
    if groups:
        if settings.chirpstack_url is None or settings.chirpstack_token is None:
            raise SettingsError(["VIGIE_CHIRPSTACK_URL, VIGIE_CHIRPSTACK_TOKEN: needed for multicast groups"])
        rest = ChirpStackRest(settings.chirpstack_url, settings.chirpstack_token)
    driver = ChirpStackDriver(_line(settings), settings.chirpstack_application, rest, book, around.heard)
    return Reached(driver, reader(settings.chirpstack_application, book))


def _line(settings: Settings) -> MqttLine:
    if settings.mqtt_url is None:
        raise SettingsError([f"VIGIE_MQTT_URL: needed by the driver {settings.lighting_driver}"])
    return MqttLine(MqttAddress.read(settings.mqtt_url))


_QUICK: Final = Patience(answer_within=timedelta(seconds=5), tries=5)
"""Of luminaires that answer at once. Where a twentieth of all commands and reports gets lost, three tries fail for one
command in some seven thousand, five for one in millions; all five are made within a minute and a half."""

WAYS: Final[Mapping[str, Way]] = MappingProxyType(
    {
        "simulated": Way(_simulated, replace(_QUICK, silent_after=3 * PERIOD, asks_every=PERIOD)),
        # Each reports every minute.
        "mqtt": Way(
            _mqtt,
            replace(_QUICK, spread=0.25, silent_after=PERIOD),
            Pace(per_second=200),
            reports_come=True,
            beat_every=timedelta(minutes=1),
        ),
        # A frame takes the air of a gateway for a tenth of a second to two, in a part of the 869 MHz band that may be
        # used for a tenth of the time; ChirpStack sends each through the gateway that hears the node best. A node
        # speaks four times an hour.
        "chirpstack": Way(
            _chirpstack,
            Patience(
                answer_within=timedelta(minutes=2),
                spread=0.5,
                again_after=timedelta(minutes=30),
                silent_after=3 * PERIOD,
            ),
            Pace(per_second=2),
            reports_come=True,
        ),
    }
)
"""By the name that ``VIGIE_LIGHTING_DRIVER`` gives."""
