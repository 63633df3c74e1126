"""Gives the controller's workers the calendars and the driver; both are made when the service starts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from nameko.extensions import DependencyProvider

from services.lighting_controller.domain.calendar import Calendars
from services.lighting_controller.domain.driver import Driver
from services.lighting_controller.domain.loading import load_calendars
from services.lighting_controller.domain.loading_models import load_models
from services.lighting_controller.drivers import WAYS, Surroundings, Way
from services.lighting_controller.drivers.mqtt_line import MqttAddress
from services.lighting_controller.storage.heard_reports import HeardReports
from services.lighting_controller.storage.simulated_lamps import StoredLamps
from services.lighting_controller.use_cases.count_energy import Circumstances
from services.lighting_controller.use_cases.take_up_control import take_up_control
from shared.errors import NotFound, SettingsError
from shared.runtime.database import Database
from shared.runtime.providers import DatabaseProvider
from shared.runtime.settings import Settings

_CALENDARS: Final = "lighting/calendars.yaml"
_MODELS: Final = "lighting/models.yaml"


class CalendarsProvider(DependencyProvider):
    """Injects the calendars of ``rules/lighting/calendars.yaml``; a fault there stops the start."""

    def setup(self) -> None:
        file = self.container.config["settings"].rules_dir / _CALENDARS
        self._calendars = load_calendars(file.read_text(encoding="utf-8"), _CALENDARS)

    def get_dependency(self, worker_ctx: Any) -> Calendars:
        return self._calendars


class EnergyBook:
    """What energy is counted by, and when it is counted next.

    Attributes:
        circumstances: None: the city has no ``models.yaml``, so nobody knows what its luminaires draw.
        next_due: None: at once.
    """

    def __init__(self, circumstances: Circumstances | None) -> None:
        self.circumstances = circumstances
        self.next_due: datetime | None = None

    def known(self) -> Circumstances:
        """What energy is counted by.

        Raises:
            NotFound: the city has no models.
        """
        if self.circumstances is None:
            raise NotFound("file", _MODELS)
        return self.circumstances


class EnergyProvider(DependencyProvider):
    """Injects the book of energy; a fault in ``rules/lighting/models.yaml`` stops the start."""

    def setup(self) -> None:
        settings: Settings = self.container.config["settings"]
        files = [settings.rules_dir / name for name in (_MODELS, _CALENDARS)]
        models, calendars = (file.read_text(encoding="utf-8") if file.exists() else None for file in files)
        circumstances = None
        if models is not None and calendars is not None:
            circumstances = Circumstances(load_models(models, _MODELS), load_calendars(calendars, _CALENDARS))
        way = WAYS[settings.lighting_driver]
        if circumstances is not None and way.reports_come:
            circumstances = replace(circumstances, silent_after=circumstances.models.silent_after)
        self._book = EnergyBook(circumstances)

    def get_dependency(self, worker_ctx: Any) -> EnergyBook:
        return self._book


class Lamps:
    """The driver, and whether this process has heard what the luminaires do.

    Attributes:
        way: how this process reaches them.
        pace: how many commands may leave now.
    """

    def __init__(self, driver: Driver, way: Way = WAYS["simulated"]) -> None:
        self.driver = driver
        self.way = way
        self.pace = way.pace
        self._heard = False

    def rest(self) -> None:
        """Another replica commands them; what it did is heard before this one commands again."""
        if self._heard:
            self.driver.rest()
        self._heard = False

    def take_up(self, database: Database, now: datetime) -> None:
        """Take up control, the first time and after each rest."""
        if not self._heard:
            take_up_control(database, self.driver, now)
            self._heard = True


class LampsProvider(DependencyProvider):
    """Injects the lamps, reached by the driver that the settings name."""

    def setup(self) -> None:
        self._lamps: Lamps | None = None
        self._settings: Settings = self.container.config["settings"]
        self._way = WAYS[self._settings.lighting_driver]
        if self._way.reports_come and not self.container.config["AMQP_URI"].startswith("amqp"):
            # The bus in memory hears no MQTT: no report would ever come.
            raise SettingsError([f"VIGIE_LIGHTING_DRIVER: {self._settings.lighting_driver} needs vigie serve"])
        if self._settings.mqtt_url is not None:
            # A wrong address stops the start, not the first command.
            MqttAddress.read(self._settings.mqtt_url)

    def stop(self) -> None:
        if self._lamps is not None:
            self._lamps.rest()

    def get_dependency(self, worker_ctx: Any) -> Lamps:
        # Not made in setup: nameko sets providers up in no order, and the lamps need the database.
        if self._lamps is None:
            providers = (item for item in self.container.dependencies if isinstance(item, DatabaseProvider))
            database = next(providers).database
            around = Surroundings(self._settings, StoredLamps(database), HeardReports(database))
            self._lamps = Lamps(self._way.driver(around), self._way)
        return self._lamps
