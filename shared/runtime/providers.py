"""What the runtime injects into services: the clock, the database with its outbox, the leases."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import eventlet
from eventlet.event import Event
from eventlet.timeout import Timeout
from nameko.extensions import DependencyProvider
from prometheus_client import Counter, Gauge
from sqlalchemy import MetaData

from shared import bus
from shared.runtime import topology
from shared.runtime.clock import Clock
from shared.runtime.database import PROCESS, Database
from shared.runtime.leases import RENEW_EVERY_S, AllHeld, Leases, SharedLeases
from shared.runtime.link import DATABASE_AWAY
from shared.runtime.message_store import MessageStore
from shared.runtime.migrating import require_current
from shared.runtime.outbox import OutboxSender

_log: Final = logging.getLogger(__name__)
_PRUNE_EVERY_S: Final = 600.0
_REMEMBER_S: Final = 7 * 24 * 3600.0

_HELD: Final = Gauge("vigie_lease_held", "1 where this replica holds the lease of a part.", ["service", "part"])
_CHANGES: Final = Counter("vigie_lease_changes_total", "Leases taken and lost by this replica.", ["service", "change"])


class ClockProvider(DependencyProvider):
    """Injects the process's clock."""

    def get_dependency(self, worker_ctx: Any) -> Clock:
        clock: Clock = self.container.config["clock"]
        return clock


class DatabaseProvider(DependencyProvider):
    """Injects the service's database, and sends what its outbox holds.

    Args:
        metadata: the service's tables.
        package: the one whose ``migrations`` folder makes them.
    """

    def __init__(self, metadata: MetaData, package: str) -> None:
        self.metadata = metadata
        self.package = package
        super().__init__()

    def setup(self) -> None:
        config, service = self.container.config, self.container.service_name
        self.database: Database = config["open_database"](service)
        require_current(self.database, self.package)
        topology.make_or_require_produced(config["AMQP_URI"], service)
        self._sender = OutboxSender(service, self.database, config["AMQP_URI"])
        config["activity"].register(lambda: self._sender.busy)

    def start(self) -> None:
        self._thread = self.container.spawn_managed_thread(self._sender.run)
        self._pruning = eventlet.spawn(self._prune_for_ever) if not self.container.config["alone"] else None

    def stop(self) -> None:
        if self._pruning is not None:
            self._pruning.kill()
        self._sender.stop()
        self._thread.wait()

    def get_dependency(self, worker_ctx: Any) -> Database:
        return self.database

    def _prune_for_ever(self) -> None:
        """Forget what was sent and handled long ago: no message comes again after a week."""
        while True:
            eventlet.sleep(_PRUNE_EVERY_S)
            try:
                MessageStore(self.database).forget_before(time.time() - _REMEMBER_S)
            except DATABASE_AWAY as error:
                _log.warning("old messages were not forgotten", extra={"why": type(error).__name__})


class LeasesProvider(DependencyProvider):
    """Injects the leases of this replica, and keeps them."""

    def setup(self) -> None:
        config, service = self.container.config, self.container.service_name
        self._parts = bus.LEASES[service]
        self._stopping = Event()
        self._users: list[Callable[[int], bool]] = []
        self._shared: SharedLeases | None = None
        if not config["alone"]:
            me = f"{socket.gethostname()}:{PROCESS}"
            self._shared = SharedLeases(config["open_database"](service), me, self._parts)
        self.leases: Leases = self._shared or AllHeld(self._parts)
        for part in range(self._parts):
            _HELD.labels(service, part).set_function(partial(self._is_held, part))

    def _is_held(self, part: int) -> float:
        return float(part in self.leases.held())

    def use(self, uses: Callable[[int], bool]) -> None:
        """Do not release a part as long as this says that it is used."""
        self._users.append(uses)

    def start(self) -> None:
        if self._shared is not None:
            self._thread = self.container.spawn_managed_thread(self._keep_for_ever, identifier="leases")

    def stop(self) -> None:
        self._stopping.send()
        if self._shared is not None:
            self._thread.wait()

    def get_dependency(self, worker_ctx: Any) -> Leases:
        return self.leases

    def _keep_for_ever(self) -> None:
        shared = self._shared
        if shared is None:
            return
        made = False
        while not self._stopping.ready():
            try:
                if not made:
                    shared.make_rows()
                    made = True
                self._keep(shared)
            except DATABASE_AWAY as error:
                _log.warning("leases were not renewed", extra={"why": type(error).__name__})
            with Timeout(RENEW_EVERY_S, False):
                self._stopping.wait()
        try:
            shared.leave()
        except DATABASE_AWAY as error:
            _log.warning("leases were not released", extra={"why": type(error).__name__})

    def _keep(self, shared: SharedLeases) -> None:
        before = set(shared.held())
        shared.renew()
        shared.release(frozenset(part for part in shared.surplus if not any(uses(part) for uses in self._users)))
        service = self.container.service_name
        _CHANGES.labels(service, "taken").inc(len(shared.held().keys() - before))
        _CHANGES.labels(service, "lost").inc(len(before - shared.held().keys()))
