"""The notifier's entrypoints."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, TypeVar

from nameko.rpc import rpc
from prometheus_client import Counter

from services.notifier.domain.composing import Composer
from services.notifier.providers import ComposerProvider
from services.notifier.storage.tables import METADATA
from services.notifier.use_cases import show
from services.notifier.use_cases.deliver_due import deliver_due, next_due
from services.notifier.use_cases.send_digests import send_digests
from services.notifier.use_cases.take_alerts import take_alerts
from services.notifier.use_cases.take_override_changes import take_override_changes
from shared import bus
from shared.model.alerts import AlertChanged
from shared.model.lighting import OverrideChanged
from shared.runtime.batches import batches
from shared.runtime.clock import Clock
from shared.runtime.database import Database, Received
from shared.runtime.providers import ClockProvider, DatabaseProvider
from shared.runtime.ticks import due_rows
from shared.runtime.web import web

_INCIDENTS: Final = Counter("vigie_notifier_incidents_total", "Incidents by what became of them.", ["change"])
_DIGESTS: Final = Counter("vigie_notifier_digests_total", "Digests decided, by reason.", ["reason"])
_ATTEMPTS: Final = Counter(
    "vigie_notifier_attempts_total", "Attempts and recoveries, by what they led to.", ["channel", "state", "reason"]
)

T = TypeVar("T")


class NotifierService:
    """Tells people of alerts."""

    name = bus.NOTIFIER
    clock: Clock = ClockProvider()
    database: Database = DatabaseProvider(METADATA, "services.notifier.storage")
    composer: Composer = ComposerProvider()

    @web()
    def http(self, handle: Callable[[NotifierService], T]) -> T:
        return handle(self)

    @batches(bus.ALERT_CHANGED, AlertChanged)
    def take_alerts(self, received: list[Received[AlertChanged]]) -> None:
        taken = take_alerts(self.database, self.composer, received, self.clock.now())
        _INCIDENTS.labels("opened").inc(taken.opened)
        _INCIDENTS.labels("resolved").inc(taken.resolved)

    @batches(bus.OVERRIDE_CHANGED, OverrideChanged)
    def take_override_changes(self, received: list[Received[OverrideChanged]]) -> None:
        take_override_changes(self.database, self.composer, received, self.clock.now())

    @due_rows
    def tick(self) -> datetime | None:
        """Digests, first attempts, further attempts, and what a crash interrupted."""
        due = next_due(self.database)
        if due is None or due > self.clock.now():
            return due
        for reason in send_digests(self.database, self.composer, self.clock.now()):
            _DIGESTS.labels(reason.value).inc()
        for item in deliver_due(self.database, self.composer.carriers, self.clock.now):
            _ATTEMPTS.labels(item.channel, item.state.value, item.reason.value).inc()
        return next_due(self.database)

    @rpc
    def incidents(self, limit: int = 50) -> list[dict[str, Any]]:
        """Open ones first, the newest first."""
        return show.incidents(self.database, limit)

    @rpc
    def notifications(self, limit: int = 50) -> list[dict[str, Any]]:
        """The most recently changed first; nobody's address is in them."""
        return show.notifications(self.database, limit)

    @rpc
    def summary(self) -> dict[str, Any]:
        """What went out, by medium and by state."""
        return show.summary(self.database)
