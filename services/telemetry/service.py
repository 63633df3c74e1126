"""Telemetry's entrypoints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, ClassVar, Final, TypeVar

import msgspec
from nameko.rpc import rpc
from prometheus_client import Counter

from services.telemetry import http, http_quarantine
from services.telemetry.domain.claim import Claim, Intake, Outcome, Rejection, too_large
from services.telemetry.domain.directory import Directory, Proof
from services.telemetry.providers import DirectoryProvider, DueDaysProvider, HearingProvider, PartitionsProvider
from services.telemetry.storage.tables import METADATA
from services.telemetry.use_cases import settle_quarantine, show_history
from services.telemetry.use_cases.answer_history import answer_history, take_requests
from services.telemetry.use_cases.close_days import close_days
from services.telemetry.use_cases.show_days import daily
from services.telemetry.use_cases.show_indicators import indicators
from services.telemetry.use_cases.show_series import series
from services.telemetry.use_cases.take_claims import take_claims
from services.telemetry.use_cases.take_history import take_in_portions
from services.telemetry.use_cases.take_luminaires import take_luminaires
from services.telemetry.use_cases.take_uplinks import take_uplinks
from shared import bus
from shared.actor import Actor
from shared.errors import InputError, NotReady
from shared.model.history import HistoryRequested
from shared.model.luminaires import LuminairesObserved
from shared.model.registry import Inventory, RegistryChanged
from shared.model.uplinks import Uplink
from shared.runtime.batches import batches, uplinks
from shared.runtime.database import Received
from shared.runtime.operators import OperatorKeyProvider
from shared.runtime.providers import ClockProvider, DatabaseProvider
from shared.runtime.registry_copy import keep_registry
from shared.runtime.ticks import due_rows
from shared.runtime.web import MAX_BODY_BYTES, web

T = TypeVar("T")

_TAKEN: Final = Counter("vigie_telemetry_observations_total", "Observations by what became of them.", ["outcome"])
_REJECTED: Final = Counter("vigie_telemetry_rejections_total", "Refusals by reason.", ["reason"])


class TelemetryService:
    """Takes, stores and shows observations."""

    name: ClassVar = bus.TELEMETRY
    database = DatabaseProvider(METADATA, "services.telemetry.storage")
    clock = ClockProvider()
    directories = DirectoryProvider()
    partitions = PartitionsProvider()
    due_days = DueDaysProvider()
    hearing = HearingProvider()
    operator_key = OperatorKeyProvider()

    @web(http.routes, http_quarantine.routes, prefix="/v1")
    def http(self, handle: Callable[[TelemetryService], T]) -> T:
        return handle(self)

    @batches(bus.REGISTRY_CHANGED, RegistryChanged)
    def keep_registry(self, received: list[Received[RegistryChanged]]) -> None:
        keep_registry(self.database, received)
        self.directories.changed()

    @uplinks(bus.UPLINKS, size=1000)
    def take_uplinks(self, received: list[Received[Uplink]]) -> None:
        revision, directory = self.directories.current(self.database)
        if revision == 0:
            raise NotReady("the registry has not spoken yet")
        told = [item.message for item in received]
        limit, now = MAX_BODY_BYTES, self.clock.now()
        _counted(take_uplinks(self.database, self.partitions, directory, told, limit, now, self.hearing))

    @batches(bus.LUMINAIRES_OBSERVED, LuminairesObserved, size=16)
    def take_luminaires(self, received: list[Received[LuminairesObserved]]) -> None:
        revision, directory = self.directories.current(self.database)
        if revision == 0:
            raise NotReady("the registry has not spoken yet")
        _counted(take_luminaires(self.database, self.partitions, directory, received, self.clock.now()))

    @batches(bus.HISTORY_REQUESTED, HistoryRequested, size=16)
    def take_history_requests(self, received: list[Received[HistoryRequested]]) -> None:
        take_requests(self.database, received, self.clock.now())

    @due_rows
    def tick(self) -> datetime | None:
        _revision, directory = self.directories.current(self.database)
        now = self.clock.now()
        due = (close_days(self.database, self.due_days, directory, now), answer_history(self.database, now))
        return min((moment for moment in due if moment is not None), default=None)

    @rpc
    def latest(self, points: list[str] | None = None) -> Any:
        return msgspec.to_builtins(show_history.latest(self.database, points))

    @rpc
    def history(
        self,
        point: str,
        property: str,  # noqa: A002
        since: str,
        until: str,
        limit: int = 2000,
        oldest: bool = False,
    ) -> Any:
        """Times are RFC 3339. Of more than ``limit`` the newest, or the oldest."""
        bounds = (datetime.fromisoformat(since), datetime.fromisoformat(until))
        return msgspec.to_builtins(show_history.history(self.database, point, property, *bounds, limit, oldest))

    @rpc
    def amount(self, point: str, property: str, since: str, until: str, most: int) -> int:  # noqa: A002
        """Times are RFC 3339."""
        bounds = (datetime.fromisoformat(since), datetime.fromisoformat(until))
        return show_history.amount(self.database, point, property, *bounds, most)

    @rpc(expected_exceptions=InputError)
    def series(self, point: str, property: str, since: str, until: str, by: str) -> Any:  # noqa: A002
        """``by``: "quarter-hour", "hour" or "day", of the point's zone. Times are RFC 3339."""
        bounds = (datetime.fromisoformat(since), datetime.fromisoformat(until))
        _revision, directory = self.directories.current(self.database)
        return msgspec.to_builtins(series(self.database, directory, point, property, *bounds, by))

    @rpc
    def indicators(self, points: list[str] | None = None) -> Any:
        """See ``domain.figures``; of all points, or of some."""
        _revision, directory = self.directories.current(self.database)
        return msgspec.to_builtins(indicators(self.database, directory, points, self.clock.now()))

    @rpc(expected_exceptions=InputError)
    def daily(self, point: str, property: str, since: str, until: str) -> Any:  # noqa: A002
        """Closed civil days of the point's zone in [since, until), written 2022-01-10."""
        _revision, directory = self.directories.current(self.database)
        days = (date.fromisoformat(since), date.fromisoformat(until))
        return msgspec.to_builtins(daily(self.database, directory, point, property, *days))

    @rpc
    def summary(self) -> dict[str, Any]:
        return show_history.summary(self.database)

    @rpc
    def rejections(self, limit: int = 50) -> Any:
        return msgspec.to_builtins(show_history.recent_rejections(self.database, limit))

    @rpc
    def quarantine(self, points: list[str] | None = None, limit: int = 100) -> Any:
        """What waits for a decision, newest first."""
        return msgspec.to_builtins(settle_quarantine.waiting(self.database, points, limit))

    @rpc(expected_exceptions=InputError)
    def release(self, actor: dict[str, Any], reason: str, **of: Any) -> Any:
        """Of ``ids``, or of ``point``, ``property`` and ``time``. ``actor``: an ``Actor`` as builtins."""
        return self._settle(settle_quarantine.release, actor, reason, **of)

    @rpc(expected_exceptions=InputError)
    def discard(self, actor: dict[str, Any], reason: str, **of: Any) -> Any:
        """As ``release``."""
        return self._settle(settle_quarantine.discard, actor, reason, **of)

    def _settle(
        self,
        settle: Any,
        actor: dict[str, Any],
        reason: str,
        ids: Sequence[int] = (),
        point: str | None = None,
        property: str | None = None,  # noqa: A002
        time: str | None = None,
    ) -> Any:
        moment = None
        if point is not None and property is not None and time is not None:
            moment = settle_quarantine.moment_of(point, property, time)
        order = settle_quarantine.Order(msgspec.convert(actor, Actor), reason, tuple(ids), moment)
        _revision, directory = self.directories.current(self.database)
        return msgspec.to_builtins(settle(self.database, directory, order, self.clock.now()))

    def take(
        self, claims: Sequence[Claim], refused: Sequence[Rejection], proof: Proof, payload: bytes
    ) -> Outcome | None:
        """What became of a request; None while the registry has not spoken."""
        revision, directory = self.directories.current(self.database)
        if revision == 0:
            return None
        intake = Intake(claims, refused, proof(directory), payload)
        now = self.clock.now()
        return _counted(take_in_portions(self.database, self.partitions, directory, intake, now, self.hearing))

    def refuse_too_large(self, limit: int, trace: str) -> Outcome:
        """Note a body that was too large to read."""
        intake = Intake((), (), None, b"", too_large(limit, trace))
        directory = Directory(Inventory())
        return _counted(take_claims(self.database, self.partitions, directory, [intake], self.clock.now()))


def _counted(outcome: Outcome) -> Outcome:
    _TAKEN.labels("accepted").inc(outcome.accepted)
    _TAKEN.labels("duplicate").inc(outcome.duplicates)
    _TAKEN.labels("quarantined").inc(outcome.quarantined)
    for item in outcome.rejections:
        _REJECTED.labels(item.reason.value).inc()
    return outcome
