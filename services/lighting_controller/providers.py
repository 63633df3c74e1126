"""Gives the controller's workers what its files say, the lamps, and the book of energy."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from nameko.extensions import DependencyProvider

from services.lighting_controller.domain.faults.patience import Patience
from services.lighting_controller.drivers import WAYS, Surroundings
from services.lighting_controller.drivers.chirpstack_groups import multicast_groups
from services.lighting_controller.drivers.mqtt_line import MqttAddress
from services.lighting_controller.drivers.simulated import any_led
from services.lighting_controller.energy_book import EnergyBook
from services.lighting_controller.followed_lights import FollowedLights, InForce
from services.lighting_controller.lamps import Lamps
from services.lighting_controller.storage.heard_reports import HeardReports
from services.lighting_controller.storage.simulated_lamps import StoredLamps
from shared.errors import SettingsError
from shared.model.registry import Inventory
from shared.runtime.database import Database
from shared.runtime.providers import DatabaseProvider
from shared.runtime.registry_copy import RegistryView
from shared.runtime.settings import Settings


class LightsProvider(DependencyProvider):
    """Injects what the files of ``rules/lighting/`` said when they were right last; a fault there stops the start."""

    def setup(self) -> None:
        settings: Settings = self.container.config["settings"]
        self.followed = FollowedLights(
            settings.rules_dir,
            follows=self.container.config["timeline"] is None,
            silence_counts=WAYS[settings.lighting_driver].reports_come,
        )

    def get_dependency(self, worker_ctx: Any) -> InForce:
        return self.followed.in_force


class FollowedLightsProvider(DependencyProvider):
    """Injects who looks whether those files were changed, beside ``LightsProvider``."""

    def get_dependency(self, worker_ctx: Any) -> FollowedLights:
        return next(item.followed for item in self.container.dependencies if isinstance(item, LightsProvider))


class EnergyBookProvider(DependencyProvider):
    """Injects the book of energy."""

    def setup(self) -> None:
        self._book = EnergyBook()

    def get_dependency(self, worker_ctx: Any) -> EnergyBook:
        return self._book


class LampsProvider(DependencyProvider):
    """Injects the lamps, reached by the driver that the settings name."""

    def setup(self) -> None:
        self._lamps: Lamps | None = None
        self._settings: Settings = self.container.config["settings"]
        self._way = WAYS[self._settings.lighting_driver]
        self._speak = self.container.config["timeline"] is None or self._settings.replayed_lamps == "speak"
        if not self._speak:
            # A replay of years would ask them a hundred times a day, for nothing that its recording says.
            self._way = replace(self._way, patience=Patience())
        if self._way.reports_come and not self.container.config["AMQP_URI"].startswith("amqp"):
            # The bus in memory hears no MQTT: no report would ever come.
            raise SettingsError([f"VIGIE_LIGHTING_DRIVER: {self._settings.lighting_driver} needs vigie serve"])
        # A wrong address or file stops the start, not the first command.
        if self._settings.mqtt_url is not None:
            MqttAddress.read(self._settings.mqtt_url)
        multicast_groups(self._settings)
        self._registry = RegistryView[Inventory](lambda inventory: inventory)

    def stop(self) -> None:
        if self._lamps is not None:
            self._lamps.rest()

    def get_dependency(self, worker_ctx: Any) -> Lamps:
        # Not made in setup: nameko sets providers up in no order, and the lamps need the database.
        if self._lamps is None:
            providers = (item for item in self.container.dependencies if isinstance(item, DatabaseProvider))
            database = next(providers).database
            around = Surroundings(
                self._settings,
                StoredLamps(database),
                HeardReports(database),
                lambda: self._registry.current(database),
                lambda luminaire, level: self._watts(database, luminaire, level),
            )
            reached = self._way.reach(around)
            self._lamps = Lamps(reached.driver, self._way, reached.read, tells=self._speak)
        return self._lamps

    def _watts(self, database: Database, luminaire: str, level: int) -> float:
        """What its model draws, as energy is counted by."""
        lights = next(item.followed for item in self.container.dependencies if isinstance(item, LightsProvider))
        _, curves = lights.in_force.curves.current(database)
        return curves[luminaire].watts(level) if luminaire in curves else any_led(luminaire, level)
