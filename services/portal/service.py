"""The portal's entrypoints."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar, TypeVar

from nameko.rpc import RpcProxy

from services.portal import http
from services.portal.domain.questions import Ask
from services.portal.domain.snapshot import Snapshot
from services.portal.providers import (
    QUESTION_EXPIRES_S,
    AskingProvider,
    DemoProvider,
    GroundProvider,
    RendererProvider,
    ReplayedProvider,
    SnapshotProvider,
    when_wanted,
)
from services.portal.storage.tables import METADATA
from services.portal.use_cases.take_snapshot import take_snapshot
from shared import bus
from shared.model.registry import RegistryChanged
from shared.runtime.batches import batches
from shared.runtime.database import Received
from shared.runtime.providers import ClockProvider, DatabaseProvider
from shared.runtime.registry_copy import keep_registry
from shared.runtime.web import web

T = TypeVar("T")


class PortalService:
    """Shows the city in a browser."""

    name: ClassVar = bus.PORTAL
    database = DatabaseProvider(METADATA, "services.portal.storage")
    clock = ClockProvider()
    replayed = ReplayedProvider()
    demo = DemoProvider()
    ground = GroundProvider()
    renderer = RendererProvider()
    snapshots = SnapshotProvider()
    asking = AskingProvider()
    telemetry = RpcProxy(bus.TELEMETRY, expiration=QUESTION_EXPIRES_S)
    rules_engine = RpcProxy(bus.RULES_ENGINE, expiration=QUESTION_EXPIRES_S)
    notifier = RpcProxy(bus.NOTIFIER, expiration=QUESTION_EXPIRES_S)
    lighting_controller = RpcProxy(bus.LIGHTING_CONTROLLER, expiration=QUESTION_EXPIRES_S)
    device_registry = RpcProxy(bus.DEVICE_REGISTRY, expiration=QUESTION_EXPIRES_S)

    @web(http.routes, prefix="/")
    def http(self, handle: Callable[[PortalService], T]) -> T:
        return handle(self)

    @batches(bus.REGISTRY_CHANGED, RegistryChanged)
    def keep_registry(self, received: list[Received[RegistryChanged]]) -> None:
        keep_registry(self.database, received)

    @when_wanted
    def take_snapshot(self, pages: frozenset[str]) -> Snapshot:
        return take_snapshot(
            self.database,
            self.ask,
            self.clock.now(),
            pages,
            self.snapshots.snapshot,
            at_s=time.monotonic(),
            replayed=self.replayed,
            demo=self.demo,
            ground=self.ground,
        )

    @property
    def ask(self) -> Ask:
        """Questions to the other services."""
        return self.asking(
            {
                bus.TELEMETRY: self.telemetry,
                bus.RULES_ENGINE: self.rules_engine,
                bus.NOTIFIER: self.notifier,
                bus.LIGHTING_CONTROLLER: self.lighting_controller,
                bus.DEVICE_REGISTRY: self.device_registry,
            }
        )
