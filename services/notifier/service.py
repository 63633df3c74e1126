"""The notifier's entrypoints."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypeVar

from nameko.rpc import rpc
from prometheus_client import Counter

from services.notifier import http, http_spending
from services.notifier.channels.receipts_twilio import TwilioReceipts
from services.notifier.domain.composing import Composer
from services.notifier.heartbeat import Heartbeat
from services.notifier.metering import note_deliveries
from services.notifier.providers import ComposerProvider, HeartbeatProvider, TwilioReceiptsProvider
from services.notifier.storage.tables import METADATA
from services.notifier.use_cases import show
from services.notifier.use_cases.deliver_due import deliver_due, next_due
from services.notifier.use_cases.fold_due import Folding
from services.notifier.use_cases.send_digests import send_digests
from services.notifier.use_cases.send_folded import send_folded
from services.notifier.use_cases.show_spending import spending
from services.notifier.use_cases.take_alerts import take_alerts, urgent_first
from services.notifier.use_cases.take_override_changes import take_override_changes
from services.notifier.use_cases.take_receipt import take_receipt
from shared import bus
from shared.errors import Forbidden
from shared.model.alerts import AlertChanged
from shared.model.lighting import OverrideChanged
from shared.runtime.batches import batches
from shared.runtime.clock import Clock
from shared.runtime.database import Database, Received
from shared.runtime.leases import Leases
from shared.runtime.operators import OperatorKeyProvider
from shared.runtime.providers import ClockProvider, DatabaseProvider, LeasesProvider
from shared.runtime.settings import Secret
from shared.runtime.ticks import due_rows
from shared.runtime.web import web

_INCIDENTS: Final = Counter("vigie_notifier_incidents_total", "Incidents by what became of them.", ["change"])
_DIGESTS: Final = Counter("vigie_notifier_digests_total", "Digests decided, by reason.", ["reason"])

_RECEIPTS: Final = Counter(
    "vigie_notifier_receipts_total", "Receipts by status; refused: not the carrier's.", ["status"]
)

T = TypeVar("T")


class NotifierService:
    """Tells people of alerts."""

    name = bus.NOTIFIER
    clock: Clock = ClockProvider()
    database: Database = DatabaseProvider(METADATA, "services.notifier.storage")
    composer: Composer = ComposerProvider()
    receipts: TwilioReceipts = TwilioReceiptsProvider()
    leases: Leases = LeasesProvider()
    operator_key: Secret | None = OperatorKeyProvider()
    heartbeat: Heartbeat = HeartbeatProvider()

    @web(http.routes, http_spending.routes, prefix=("/v1/receipts", http_spending.PREFIX))
    def http(self, handle: Callable[[NotifierService], T]) -> T:
        return handle(self)

    @batches(bus.ALERT_CHANGED, AlertChanged, leased=True)
    def take_alerts(self, received: list[Received[AlertChanged]]) -> None:
        for part in urgent_first(received):
            taken = take_alerts(self.leases.fence(self.database), self.composer, part, self.clock.now())
            _INCIDENTS.labels("opened").inc(taken.opened)
            _INCIDENTS.labels("resolved").inc(taken.resolved)
            _INCIDENTS.labels("worsened").inc(taken.worsened)
            _INCIDENTS.labels("eased").inc(taken.eased)

    @batches(bus.OVERRIDE_CHANGED, OverrideChanged, leased=True)
    def take_override_changes(self, received: list[Received[OverrideChanged]]) -> None:
        take_override_changes(self.leases.fence(self.database), self.composer, received, self.clock.now())

    @due_rows
    def tick(self) -> datetime | None:
        """Digests, first attempts, further attempts, and what a crash interrupted."""
        if not self.leases.held():
            return None
        database = self.leases.fence(self.database)
        due = next_due(database)
        if due is None or due > self.clock.now():
            self.heartbeat.note_round(self.clock.now())
            return due
        for reason in send_digests(database, self.composer, self.clock.now()):
            _DIGESTS.labels(reason.value).inc()
        send_folded(database, self.composer, self.clock.now())
        folding = Folding(self.composer)
        note_deliveries(deliver_due(database, self.composer.carriers, self.clock.now, folding), folding)
        self.heartbeat.note_round(self.clock.now())
        return next_due(database)

    @rpc
    def incidents(self, limit: int = 50) -> list[dict[str, Any]]:
        """Open ones first, the newest first."""
        return show.incidents(self.database, limit)

    @rpc
    def incident(self, code: str) -> dict[str, Any] | None:
        """The incident that people call by a code, like ``V-7K3Q``, with its alerts; None: there is none."""
        return show.incident(self.database, code)

    @rpc
    def notifications(self, limit: int = 50) -> list[dict[str, Any]]:
        """The most recently changed first; nobody's address is in them."""
        return show.notifications(self.database, limit)

    @rpc
    def summary(self) -> dict[str, Any]:
        """What went out, by medium and by state."""
        return show.summary(self.database)

    @rpc
    def spending(self, month: str | None = None) -> list[dict[str, Any]]:
        """What each directorate spent on messages in a month (``2026-11``, Paris), and what was folded."""
        return spending(self.database, self.composer.budgets, month, self.clock.now())

    def take_receipt(self, form: Mapping[str, str], signature: str) -> None:
        """What Twilio says became of a message.

        Raises:
            Forbidden: it is not from Twilio.
            InputError: it can't be read.
        """
        try:
            receipt = self.receipts.read(form, signature, self.clock.now())
        except Forbidden:
            _RECEIPTS.labels("refused").inc()
            raise
        take_receipt(self.database, receipt)
        _RECEIPTS.labels(receipt.status).inc()
