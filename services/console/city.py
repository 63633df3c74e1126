"""All services in one process: in-memory bus, a SQLite file each, one address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import eventlet
from eventlet.timeout import Timeout
from nameko.containers import ServiceContainer
from nameko.runners import ServiceRunner
from nameko.standalone.rpc import ClusterRpcProxy

from services.console.redelivery import forget_handled, send_unhandled_again
from services.device_registry.service import DeviceRegistryService
from services.lighting_controller.service import LightingControllerService
from services.notifier.service import NotifierService
from services.portal.service import PortalService
from services.rules_engine.service import RulesEngineService
from services.telemetry.service import TelemetryService
from shared.errors import InputError, VigieError
from shared.runtime import embedded_bus
from shared.runtime.activity import Activity
from shared.runtime.clock import Clock, VirtualClock
from shared.runtime.database import Database, open_sqlite
from shared.runtime.migrating import upgrade
from shared.runtime.settings import Settings
from shared.runtime.timeline import Timeline
from shared.runtime.web import Site

_ANSWER_S: Final = 60.0
_PATIENCE_S: Final = 15.0
_TIDY_EVERY_S: Final = 600.0

SERVICES: Final = (
    DeviceRegistryService,
    TelemetryService,
    RulesEngineService,
    NotifierService,
    LightingControllerService,
    PortalService,
)


class ServiceDied(VigieError):
    """A service of the city died; the others can't go on without it."""


class City:
    """A running city.

    Attributes:
        clock: the one that all services read.
        timeline: moves the clock in a replay; None: the clock is the machine's.
        databases: by service.
        site: where HTTP is answered.
    """

    def __init__(self, settings: Settings, folder: Path, clock: Clock) -> None:
        self.clock = clock
        self.site = Site(settings.listen)
        self.databases: dict[str, Database] = {}
        activity = Activity()
        activity.register(lambda: embedded_bus.depth("vigie.") > 0)
        self._has_started = False
        activity.register(lambda: not self._has_started)
        self._failures: dict[str, BaseException] = {}
        self.timeline = Timeline(clock, activity, self.check) if isinstance(clock, VirtualClock) else None
        self.config: dict[str, Any] = {
            "AMQP_URI": embedded_bus.URL,
            "alone": True,
            "settings": settings,
            "clock": clock,
            "timeline": self.timeline,
            "activity": activity,
            "site": self.site,
            "open_database": self.databases.__getitem__,
        }
        for service in SERVICES:
            database = open_sqlite(folder / f"{service.name}.sqlite")
            upgrade(database, f"services.{service.name}.storage", service.name)
            self.databases[service.name] = database

    @property
    def address(self) -> tuple[str, int]:
        """Where HTTP is answered."""
        return self.site.address

    @contextmanager
    def running(self) -> Iterator[ClusterRpcProxy]:
        """Start all services; inside, ask them by RPC."""
        self.site.bind()
        # The port may only now be known, and links in messages name it.
        self.config["settings"] = replace(self.config["settings"], listen="{}:{}".format(*self.site.address))
        embedded_bus.reset()
        send_unhandled_again(self.databases)
        runner = ServiceRunner(self.config)
        for service in SERVICES:
            runner.add_service(service)
        runner.start()
        self._has_started = True
        for container in runner.containers:
            eventlet.spawn(self._watch, container)
        tidy = eventlet.spawn(self._tidy)
        try:
            with ClusterRpcProxy({"AMQP_URI": embedded_bus.URL}, timeout=_ANSWER_S) as rpc:
                if self.timeline is not None:
                    self.timeline.settle()
                    self._require_inventory(rpc)
                yield rpc
        finally:
            tidy.kill()
            embedded_bus.end()
            with Timeout(_PATIENCE_S, False):
                runner.stop()
            for database in self.databases.values():
                database.engine.dispose()

    def check(self) -> None:
        """Return while all services run.

        Raises:
            ServiceDied: one doesn't any more.
        """
        for service, error in self._failures.items():
            raise ServiceDied(f"the service {service} has died: {type(error).__name__}: {error}") from error

    def _watch(self, container: ServiceContainer) -> None:
        try:
            container.wait()
        except Exception as error:  # noqa: BLE001 - whatever it died of is told where the city is used
            self._failures[container.service_name] = error

    def _require_inventory(self, rpc: Any) -> None:
        if rpc.device_registry.summary()["revision"] == 0:
            folder = self.config["settings"].rules_dir
            raise InputError(
                f"l'inventaire de {folder} est illisible / the inventory can't be read: vigie rules check {folder}"
            )

    def _tidy(self) -> None:
        """Drop what every service has handled, so that a city that runs for months stays small."""
        while True:
            eventlet.sleep(_TIDY_EVERY_S)
            forget_handled(self.databases)
