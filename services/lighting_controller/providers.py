"""Gives the controller's workers the calendars and the driver; both are made when the service starts."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from nameko.extensions import DependencyProvider

from services.lighting_controller.domain.cabinet import Cabinets
from services.lighting_controller.domain.calendar import Calendars
from services.lighting_controller.domain.loading import load_calendars
from services.lighting_controller.domain.loading_cabinets import load_cabinets
from services.lighting_controller.domain.loading_limits import load_limits
from services.lighting_controller.domain.loading_models import load_models
from services.lighting_controller.domain.network import Network
from services.lighting_controller.domain.patience import Patience
from services.lighting_controller.drivers import WAYS, Surroundings
from services.lighting_controller.drivers.chirpstack_groups import multicast_groups
from services.lighting_controller.drivers.mqtt_line import MqttAddress
from services.lighting_controller.lamps import Lamps
from services.lighting_controller.storage.heard_reports import HeardReports
from services.lighting_controller.storage.safety import Safety
from services.lighting_controller.storage.simulated_lamps import StoredLamps
from services.lighting_controller.use_cases.count_energy import EnergyBasis
from shared.errors import NotFound, SettingsError
from shared.model.registry import Inventory
from shared.runtime.providers import DatabaseProvider
from shared.runtime.registry_copy import RegistryView
from shared.runtime.settings import Settings, shipped_rules

_log: Final = logging.getLogger(__name__)
_CALENDARS: Final = "lighting/calendars.yaml"
_LIMITS: Final = "lighting/limits.yaml"
_CABINETS: Final = "lighting/cabinets.yaml"
_MODELS: Final = "lighting/models.yaml"


class CalendarsProvider(DependencyProvider):
    """Injects the calendars of ``rules/lighting/calendars.yaml``; a fault there stops the start."""

    def setup(self) -> None:
        file = self.container.config["settings"].rules_dir / _CALENDARS
        self._calendars = load_calendars(file.read_text(encoding="utf-8"), _CALENDARS)
        for warning in self._calendars.warnings:
            _log.warning("a calendar of lights wants a look", extra={"what": str(warning)})

    def get_dependency(self, worker_ctx: Any) -> Calendars:
        return self._calendars


class SafetyProvider(DependencyProvider):
    """Injects the limits of ``rules/lighting/limits.yaml``; a fault there stops the start.

    A folder that has no such file has the shipped one's: no street is without limits because nobody wrote any.
    """

    def setup(self) -> None:
        file = self.container.config["settings"].rules_dir / _LIMITS
        if not file.is_file():
            _log.warning("the rules folder has no limits of lighting: the shipped ones bind", extra={"file": _LIMITS})
            file = shipped_rules() / _LIMITS
        self._safety = Safety(load_limits(file.read_text(encoding="utf-8"), _LIMITS))

    def get_dependency(self, worker_ctx: Any) -> Safety:
        return self._safety


def _cabinets(settings: Settings) -> Cabinets:
    file = settings.rules_dir / _CABINETS
    return load_cabinets(file.read_text(encoding="utf-8"), _CABINETS) if file.exists() else Cabinets()


class NetworkProvider(DependencyProvider):
    """Injects where luminaires stand: the registry's copy and ``rules/lighting/cabinets.yaml``, made for each revision.

    A city without that file has cabinets that always have power.
    """

    def setup(self) -> None:
        self.cabinets = _cabinets(self.container.config["settings"])
        self._view = RegistryView(lambda inventory: Network(inventory, self.cabinets))

    def get_dependency(self, worker_ctx: Any) -> RegistryView[Network]:
        return self._view


class EnergyBook:
    """What energy is counted by, and when it is counted next.

    Attributes:
        basis: None: the city has no ``models.yaml``, so nobody knows what its luminaires draw.
        next_due: None: at once.
    """

    def __init__(self, basis: EnergyBasis | None) -> None:
        self.basis = basis
        self.next_due: datetime | None = None

    def known(self) -> EnergyBasis:
        """What energy is counted by.

        Raises:
            NotFound: the city has no models.
        """
        if self.basis is None:
            raise NotFound("file", _MODELS)
        return self.basis


class EnergyProvider(DependencyProvider):
    """Injects the book of energy; a fault in ``rules/lighting/models.yaml`` stops the start."""

    def setup(self) -> None:
        settings: Settings = self.container.config["settings"]
        files = [settings.rules_dir / name for name in (_MODELS, _CALENDARS)]
        models, calendars = (file.read_text(encoding="utf-8") if file.exists() else None for file in files)
        basis = None
        if models is not None and calendars is not None:
            known = load_models(models, _MODELS), load_calendars(calendars, _CALENDARS)
            basis = EnergyBasis(*known, cabinets=_cabinets(settings))
        way = WAYS[settings.lighting_driver]
        if basis is not None and way.reports_come:
            basis = replace(basis, silent_after=basis.models.silent_after)
        self._book = EnergyBook(basis)

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
            )
            reached = self._way.reach(around)
            cabinets = next(item for item in self.container.dependencies if isinstance(item, NetworkProvider)).cabinets
            self._lamps = Lamps(reached.driver, self._way, cabinets, reached.read, tells=self._speak)
        return self._lamps
