"""The device registry's entrypoints."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
from nameko.rpc import rpc
from prometheus_client import Counter, Gauge

from services.device_registry import http
from services.device_registry.domain import hearing
from services.device_registry.domain.exchange.planning import File
from services.device_registry.domain.finding import Wanted
from services.device_registry.domain.operating import NewDevice
from services.device_registry.providers import RecordedPointsProvider, RulesFolderProvider
from services.device_registry.storage import tables
from services.device_registry.use_cases import operate
from services.device_registry.use_cases.announce import announce
from services.device_registry.use_cases.answer import find_points, get_point, snapshot, summary
from services.device_registry.use_cases.exchange import export_things, import_files, preview
from services.device_registry.use_cases.hear import show_heard, take_heard
from services.device_registry.use_cases.import_folder import ImportResult, import_folder
from services.device_registry.use_cases.issue_key import issue_key
from services.device_registry.use_cases.keys import list_keys, revoke_key
from shared import bus
from shared.actor import SYSTEM, Actor
from shared.errors import InputError, ProblemsFound
from shared.model.devices import DevicesHeard
from shared.runtime.batches import batches
from shared.runtime.clock import Clock
from shared.runtime.database import Database, Received
from shared.runtime.operators import OperatorKeyProvider
from shared.runtime.providers import ClockProvider, DatabaseProvider
from shared.runtime.settings import Secret
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
    recorded_points: bool = RecordedPointsProvider()
    operator_key: Secret | None = OperatorKeyProvider()

    @web(http.routes, prefix="/v1/registry")
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
        site: str | None = None,
    ) -> Any:
        """The points that have all that is wanted."""
        return msgspec.to_builtins(find_points(self.database, Wanted(kind, area, directorate, group, site)))

    @rpc(expected_exceptions=InputError)
    def get(self, point: str) -> Any:
        """A point, its kind, and the devices that stand or stood there."""
        return msgspec.to_builtins(get_point(self.database, point))

    @rpc(expected_exceptions=InputError)
    def issue_key(self, actor: dict[str, Any], device: str | None = None, directorate: str | None = None) -> str:
        """A new key, shown this once. ``actor``: an ``Actor`` as builtins."""
        key = issue_key(*self._by(actor), device=device, directorate=directorate)
        _REVISION.inc()
        return key

    @rpc(expected_exceptions=InputError)
    def import_inventory(self, actor: dict[str, Any]) -> Any:
        """Import the rules folder again. ``actor``: an ``Actor`` as builtins."""
        return msgspec.to_builtins(self._import(msgspec.convert(actor, Actor)))

    @rpc(expected_exceptions=InputError)
    def export(self, sort: str, form: str = "csv") -> str:
        """Points, devices, areas, sites or groups as ``csv``, ``csv-fr`` or ``geojson``."""
        return export_things(self.database, sort, form)

    @rpc(expected_exceptions=InputError)
    def preview(self, actor: dict[str, Any], files: list[dict[str, Any]], remove: bool = False) -> Any:
        """What importing the files would do, with all their problems. ``files``: each a ``File`` as builtins."""
        someone, read = msgspec.convert(actor, Actor), msgspec.convert(files, list[File])
        return msgspec.to_builtins(preview(self.database, read, someone, remove=remove))

    @rpc(expected_exceptions=InputError)
    def import_files(
        self,
        actor: dict[str, Any],
        files: list[dict[str, Any]],
        remove: bool = False,
        expected_revision: int | None = None,
    ) -> Any:
        """Do what the preview of that revision showed, all or nothing."""
        read = msgspec.convert(files, list[File])
        done = import_files(*self._by(actor), read, remove=remove, expected_revision=expected_revision)
        _REVISION.set(done.revision)
        return msgspec.to_builtins(done)

    @rpc(expected_exceptions=InputError)
    def install(self, actor: dict[str, Any], point: str, device: dict[str, Any], since: str | None = None) -> Any:
        """``device``: a ``NewDevice`` as builtins. ``since``: a day or a time, in the point's zone; by default now."""
        new = msgspec.convert(device, NewDevice)
        return self._done(operate.install(*self._by(actor), point=point, device=new, since=since))

    @rpc(expected_exceptions=InputError)
    def swap(self, actor: dict[str, Any], point: str, old: str, device: dict[str, Any], at: str | None = None) -> Any:
        """Another device takes the old one's place. ``device`` and ``at``: as for ``install``."""
        new = msgspec.convert(device, NewDevice)
        return self._done(operate.swap(*self._by(actor), point=point, old=old, device=new, at=at))

    @rpc(expected_exceptions=InputError)
    def retire(
        self, actor: dict[str, Any], device: str | None = None, point: str | None = None, at: str | None = None
    ) -> Any:
        """A device is taken away, or a point is observed no more; both stay known, with their history."""
        return self._done(operate.retire(*self._by(actor), device=device, point=point, at=at))

    @rpc
    def heard(self, points: list[str] | None = None, devices: list[str] | None = None) -> Any:
        """When devices were last heard, their battery and radio; those that never spoke too. None: all."""
        wanted = hearing.Wanted.of(points, devices)
        return msgspec.to_builtins(show_heard(self.database, wanted, self.clock.now()))

    @rpc
    def keys(self) -> Any:
        """Whose keys there are and since when; never the keys."""
        return msgspec.to_builtins(list_keys(self.database))

    @rpc(expected_exceptions=InputError)
    def revoke_key(self, actor: dict[str, Any], credential: str) -> int:
        """The key of that id sends nothing any more, from the revision on that is answered."""
        revision = revoke_key(*self._by(actor), credential)
        _REVISION.set(revision)
        return revision

    @batches(bus.DEVICES_HEARD, DevicesHeard)
    def take_heard(self, received: list[Received[DevicesHeard]]) -> None:
        take_heard(self.database, received)

    @rpc
    def summary(self) -> dict[str, int]:
        """How many things of each sort, and the revision."""
        return summary(self.database)

    def _by(self, actor: dict[str, Any]) -> tuple[Database, Actor, datetime]:
        """What every act begins with: where, who and when."""
        return self.database, msgspec.convert(actor, Actor), self.clock.now()

    def _done(self, done: operate.Done) -> Any:
        _REVISION.set(done.revision)
        return msgspec.to_builtins(done)

    def _import(self, actor: Actor) -> ImportResult:
        try:
            result = import_folder(
                self.database, self.rules_folder, actor, self.clock.now(), recorded=self.recorded_points
            )
        except ProblemsFound as error:
            _IMPORTS.labels("problems").inc()
            _PROBLEMS.set(len(error.problems))
            _log.error("the inventory has %d problems, nothing is changed:\n%s", len(error.problems), error)
            raise
        _IMPORTS.labels("changed" if result.is_new else "unchanged").inc()
        for conflict in result.conflicts:
            _log.warning("changed in operation and in the rules folder, whose word is taken: %s", conflict)
        _PROBLEMS.set(0)
        _REVISION.set(result.revision)
        return result
