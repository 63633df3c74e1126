"""Telemetry's entrypoints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final, TypeVar

import msgspec
from nameko.rpc import rpc
from prometheus_client import Counter

from services.telemetry import http
from services.telemetry.domain.claim import Claim, Outcome, Rejection
from services.telemetry.domain.directory import Directory
from services.telemetry.providers import DirectoryProvider
from services.telemetry.storage.tables import METADATA
from services.telemetry.use_cases import show_history
from services.telemetry.use_cases.take_claims import take_claims
from shared import bus
from shared.model.registry import Inventory, RegistryChanged
from shared.model.rejections import RejectionReason
from shared.runtime.batches import batches
from shared.runtime.database import Received
from shared.runtime.providers import ClockProvider, DatabaseProvider
from shared.runtime.registry_copy import keep_registry
from shared.runtime.web import web

T = TypeVar("T")

_TAKEN: Final = Counter("vigie_telemetry_observations_total", "Observations by what became of them.", ["outcome"])
_REJECTED: Final = Counter("vigie_telemetry_rejections_total", "Refusals by reason.", ["reason"])


class TelemetryService:
    """Takes, stores and shows observations."""

    name: ClassVar = bus.TELEMETRY
    database = DatabaseProvider(METADATA, "services.telemetry.storage")
    clock = ClockProvider()
    directories = DirectoryProvider()

    @web(http.routes, prefix="/v1")
    def http(self, handle: Callable[[TelemetryService], T]) -> T:
        return handle(self)

    @batches(bus.REGISTRY_CHANGED, RegistryChanged)
    def keep_registry(self, received: list[Received[RegistryChanged]]) -> None:
        keep_registry(self.database, received)
        self.directories.changed()

    @rpc
    def latest(self, points: list[str] | None = None) -> Any:
        return msgspec.to_builtins(show_history.latest(self.database, points))

    @rpc
    def history(self, point: str, property: str, since: str, until: str, limit: int = 2000) -> Any:  # noqa: A002
        """Times are RFC 3339."""
        bounds = (datetime.fromisoformat(since), datetime.fromisoformat(until))
        return msgspec.to_builtins(show_history.history(self.database, point, property, *bounds, limit))

    @rpc
    def summary(self) -> dict[str, Any]:
        return show_history.summary(self.database)

    @rpc
    def rejections(self, limit: int = 50) -> Any:
        return msgspec.to_builtins(show_history.recent_rejections(self.database, limit))

    def take(
        self, claims: Sequence[Claim], refused: Sequence[Rejection], key: str | None, payload: str
    ) -> Outcome | None:
        """What became of a request; None while the registry has not spoken."""
        revision, directory = self.directories.current(self.database)
        if revision == 0:
            return None
        return self._taken(directory, claims, refused, key, payload)

    def refuse_too_large(self, limit: int, trace: str) -> Outcome:
        """Note a body that was too large to read."""
        detail = f"a body may have {limit} bytes: send fewer observations at a time"
        refused = Rejection(RejectionReason.TOO_LARGE, detail, trace=trace)
        return self._taken(Directory(Inventory()), (), (refused,), None, "")

    def _taken(
        self,
        directory: Directory,
        claims: Sequence[Claim],
        refused: Sequence[Rejection],
        key: str | None,
        payload: str,
    ) -> Outcome:
        outcome = take_claims(self.database, directory, claims, refused, key, payload, self.clock.now())
        _TAKEN.labels("accepted").inc(outcome.accepted)
        _TAKEN.labels("duplicate").inc(outcome.duplicates)
        _TAKEN.labels("quarantined").inc(outcome.quarantined)
        for item in outcome.rejections:
            _REJECTED.labels(item.reason.value).inc()
        return outcome
