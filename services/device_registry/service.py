"""The device registry's entrypoints."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
from nameko.rpc import rpc
from prometheus_client import Counter, Gauge

from services.device_registry.domain.finding import Wanted
from services.device_registry.providers import RulesFolderProvider
from services.device_registry.storage import tables
from services.device_registry.use_cases.announce import announce
from services.device_registry.use_cases.answer import find_points, get_point, snapshot, summary
from services.device_registry.use_cases.import_folder import import_folder
from services.device_registry.use_cases.import_inventory import ImportResult
from services.device_registry.use_cases.issue_key import issue_key
from shared import bus
from shared.actor import SYSTEM, Actor
from shared.errors import InputError, ProblemsFound
from shared.runtime.clock import Clock
from shared.runtime.database import Database
from shared.runtime.providers import ClockProvider, DatabaseProvider
from shared.runtime.ticks import at_start
from shared.runtime.web import web

_log: Final = logging.getLogger(__name__)
_REVISION: Final = Gauge("vigie_device_registry_revision", "The newest revision of the inventory.")
_PROBLEMS: Final = Gauge("vigie_device_registry_import_problems", "Problems found by the last import.")
_IMPORTS: Final = Counter("vigie_device_registry_imports_total", "Imports of the rules folder.", ["result"])

T = TypeVar("T")


class DeviceRegistryService:
    """Knows what the city has, and tells the others."""

    name = bus.DEVICE_REGISTRY
    clock: Clock = ClockProvider()
    database: Database = DatabaseProvider(tables.METADATA, "services.device_registry.storage")
    rules_folder: Path = RulesFolderProvider()

    @web()
    def http(self, handle: Callable[[DeviceRegistryService], T]) -> T:
        return handle(self)

    @at_start
    def begin(self) -> None:
        """Import the rules folder, then tell the current revision, which some may not have."""
        try:
            is_new = self._import(SYSTEM).is_new
        except ProblemsFound:
            is_new = False  # what was known before stays in force
        if not is_new:
            _REVISION.set(announce(self.database))

    @rpc
    def inventory(self) -> Any:
        """All that is known, and the revision that told it."""
        return msgspec.to_builtins(snapshot(self.database))

    @rpc
    def find(
        self,
        kind: str | None = None,
        area: str | None = None,
        directorate: str | None = None,
        group: str | None = None,
    ) -> Any:
        """The points that have all that is wanted."""
        return msgspec.to_builtins(find_points(self.database, Wanted(kind, area, directorate, group)))

    @rpc(expected_exceptions=InputError)
    def get(self, point: str) -> Any:
        """A point, its kind, and the devices that stand or stood there."""
        return msgspec.to_builtins(get_point(self.database, point))

    @rpc(expected_exceptions=InputError)
    def issue_key(self, actor: dict[str, Any], device: str | None = None, directorate: str | None = None) -> str:
        """A new key, shown this once. ``actor``: an ``Actor`` as builtins."""
        someone = msgspec.convert(actor, Actor)
        key = issue_key(self.database, someone, self.clock.now(), device=device, directorate=directorate)
        _REVISION.inc()
        return key

    @rpc(expected_exceptions=InputError)
    def import_inventory(self, actor: dict[str, Any]) -> Any:
        """Import the rules folder again. ``actor``: an ``Actor`` as builtins."""
        return msgspec.to_builtins(self._import(msgspec.convert(actor, Actor)))

    @rpc
    def summary(self) -> dict[str, int]:
        """How many things of each sort, and the revision."""
        return summary(self.database)

    def _import(self, actor: Actor) -> ImportResult:
        try:
            result = import_folder(self.database, self.rules_folder, actor, self.clock.now())
        except ProblemsFound as error:
            _IMPORTS.labels("problems").inc()
            _PROBLEMS.set(len(error.problems))
            _log.error("the inventory has %d problems, nothing is changed:\n%s", len(error.problems), error)
            raise
        _IMPORTS.labels("changed" if result.is_new else "unchanged").inc()
        _PROBLEMS.set(0)
        _REVISION.set(result.revision)
        return result
