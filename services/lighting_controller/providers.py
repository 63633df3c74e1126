"""Gives the controller's workers the calendars and the driver; both are made when the service starts."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from nameko.extensions import DependencyProvider

from services.lighting_controller.domain.cabinet import Cabinets
from services.lighting_controller.domain.calendar import Calendars
from services.lighting_controller.domain.driver import Driver, FailSafe
from services.lighting_controller.domain.loading import load_calendars
from services.lighting_controller.domain.loading_cabinets import load_cabinets
from services.lighting_controller.domain.loading_limits import load_limits
from services.lighting_controller.domain.loading_models import load_models
from services.lighting_controller.domain.network import Network
from services.lighting_controller.domain.pacing import Paces
from services.lighting_controller.domain.patience import Patience
from services.lighting_controller.domain.watch import Watch
from services.lighting_controller.drivers import WAYS, Read, Surroundings, Way
from services.lighting_controller.drivers.chirpstack import ChirpStackDriver
from services.lighting_controller.drivers.chirpstack_groups import multicast_groups
from services.lighting_controller.drivers.mqtt_line import MqttAddress
from services.lighting_controller.storage.heard_reports import HeardReports
from services.lighting_controller.storage.safety import Safety
from services.lighting_controller.storage.simulated_lamps import StoredLamps
from services.lighting_controller.use_cases.count_energy import EnergyBasis
from services.lighting_controller.use_cases.take_up_control import take_up_control
from services.lighting_controller.use_cases.upload_programmes import upload_programmes
from shared.errors import DeliveryDelayed, NotFound, SettingsError
from shared.model.registry import Inventory
from shared.runtime.database import Database
from shared.runtime.providers import DatabaseProvider
from shared.runtime.registry_copy import RegistryView
from shared.runtime.settings import Settings, shipped_rules

_log: Final = logging.getLogger(__name__)
_CALENDARS: Final = "lighting/calendars.yaml"
_LIMITS: Final = "lighting/limits.yaml"
_BEAT_AGAIN_S: Final = 30.0
_CABINETS: Final = "lighting/cabinets.yaml"
_LISTENS: Final = timedelta(seconds=3)
_LISTENS_AT_MOST: Final = timedelta(minutes=1)
_NO_CABINETS: Final = Cabinets()
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


class Lamps:
    """The driver, and whether this process has heard what the luminaires do.

    Attributes:
        way: how this process reaches them.
        read: reads what they report by themselves; None: they don't.
        paces: how many messages may leave now.
        tells: whether what they do becomes observations.
    """

    def __init__(
        self,
        driver: Driver,
        way: Way = WAYS["simulated"],
        cabinets: Cabinets = _NO_CABINETS,
        read: Read | None = None,
        *,
        tells: bool = True,
    ) -> None:
        self.driver = driver
        self.way = way
        self.read = read
        pace = way.pace
        if isinstance(driver, ChirpStackDriver) and pace is not None:
            pace = replace(pace, bundling=driver.bundle)
        self.paces = Paces.of(cabinets.gateways.values(), pace)
        self.tells = tells
        self._heard = False
        self._since: datetime | None = None
        self._listens_until: datetime | None = None
        self._beat_at: datetime | None = None

    def rest(self) -> None:
        """Another replica commands them; what it did is heard before this one commands again."""
        if self._heard:
            self.driver.rest()
        self._heard, self._since = False, None

    def took(self, number: int, now: datetime, most: int) -> None:
        """Note a batch of reports: a full one says that more are waiting."""
        if number >= most:
            self._listens_until = now + _LISTENS

    def listens_until(self, now: datetime) -> datetime | None:
        """Reports that waited in the queue are taken before anything is commanded; None: they are.

        Who can't read them all in a minute commands nevertheless.
        """
        if not self.way.reports_come or self._heard:
            return None
        if self._since is None:
            self._since = now
        until = max(self._since + _LISTENS, self._listens_until or self._since)
        return until if now < min(until, self._since + _LISTENS_AT_MOST) else None

    def take_up(self, database: Database, now: datetime, watch: Watch) -> None:
        """Take up control, the first time and after each rest."""
        if not self._heard:
            take_up_control(database, self.driver, now, watch)
            self._heard = True

    def upload(self, database: Database, calendars: Calendars, safety: Safety, now: datetime) -> datetime | None:
        """Give luminaires that can keep one the programmes that are due, after the commands; when the next is due."""
        if not isinstance(self.driver, FailSafe):
            return None
        uploaded = upload_programmes(database, self.driver, calendars, safety, now, self.paces.driver)
        self.paces = replace(self.paces, driver=uploaded.pace)
        return uploaded.next_due

    def beat(self, now: datetime) -> datetime | None:
        """Let the luminaires know that the controller is there, if it is time to; when it is again."""
        every = self.way.beat_every
        if every is None or not isinstance(self.driver, FailSafe):
            return None
        if self._beat_at is None or now >= self._beat_at:
            try:
                self.driver.beat(now)
                self._beat_at = now + every
            except DeliveryDelayed as delayed:
                _log.warning("the luminaires don't hear the controller", extra={"why": str(delayed)})
                self._beat_at = now + timedelta(seconds=delayed.retry_after_s or _BEAT_AGAIN_S)
        return self._beat_at


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
