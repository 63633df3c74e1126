"""The notifier's entrypoints."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypeVar

from nameko.rpc import rpc
from nameko.timer import timer
from prometheus_client import Counter

from services.notifier import http, http_on_call
from services.notifier.channels.receipts_twilio import TwilioReceipts
from services.notifier.domain.composing import Composer
from services.notifier.domain.on_call.schedule import Feed
from services.notifier.providers import ComposerProvider, FetchProvider, TwilioReceiptsProvider
from services.notifier.storage.tables import METADATA
from services.notifier.use_cases import show, show_on_call
from services.notifier.use_cases.deliver_due import deliver_due, next_due
from services.notifier.use_cases.fetch_calendars import fetch_calendars
from services.notifier.use_cases.send_digests import send_digests
from services.notifier.use_cases.take_alerts import take_alerts
from services.notifier.use_cases.take_override_changes import take_override_changes
from services.notifier.use_cases.take_receipt import take_receipt
from services.notifier.use_cases.watch_duty import begin_watch, keep_watch, watch_duty
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
from shared.runtime.ticks import at_start, due_rows
from shared.runtime.web import web

_INCIDENTS: Final = Counter("vigie_notifier_incidents_total", "Incidents by what became of them.", ["change"])
_DIGESTS: Final = Counter("vigie_notifier_digests_total", "Digests decided, by reason.", ["reason"])
_ATTEMPTS: Final = Counter(
    "vigie_notifier_attempts_total", "Attempts and recoveries, by what they led to.", ["channel", "state", "reason"]
)

_RECEIPTS: Final = Counter(
    "vigie_notifier_receipts_total", "Receipts by status; refused: not the carrier's.", ["status"]
)

_HAND_OVERS: Final = Counter("vigie_notifier_hand_overs_total", "Changes of duty.", ["schedule"])
_GAPS: Final = Counter("vigie_notifier_on_call_gaps_total", "Gaps that owners were told of.", ["schedule", "stage"])
_CALENDARS: Final = Counter("vigie_notifier_calendars_total", "Tries to fetch a calendar of duty.", ["result"])
_FETCH_EVERY_S: Final = 30

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
    fetch: Callable[[Feed], str] = FetchProvider()

    @web(http.routes, prefix="/v1/receipts")
    def http(self, handle: Callable[[NotifierService], T]) -> T:
        return handle(self)

    @web(http_on_call.routes, prefix="/v1/on-call")
    def http_on_call(self, handle: Callable[[NotifierService], T]) -> T:
        return handle(self)

    @at_start
    def begin(self) -> None:
        """Calendars first: who is on call goes by them."""
        self.fetch_calendars()
        begin_watch(self.database, self.composer)

    @timer(interval=_FETCH_EVERY_S)
    def fetch_calendars(self) -> None:
        """Those that are due; and whoever is on call is watched."""
        if self.leases.held():
            composer = self.composer
            keep_watch(self.database, composer)
            for result in fetch_calendars(
                self.leases.fence(self.database), composer.roster, composer.teams.people, self.fetch, self.clock.now()
            ):
                _CALENDARS.labels(result.value).inc()

    @batches(bus.ALERT_CHANGED, AlertChanged, leased=True)
    def take_alerts(self, received: list[Received[AlertChanged]]) -> None:
        taken = take_alerts(self.leases.fence(self.database), self.composer, received, self.clock.now())
        _INCIDENTS.labels("opened").inc(taken.opened)
        _INCIDENTS.labels("resolved").inc(taken.resolved)
        _INCIDENTS.labels("worsened").inc(taken.worsened)
        _INCIDENTS.labels("eased").inc(taken.eased)

    @batches(bus.OVERRIDE_CHANGED, OverrideChanged, leased=True)
    def take_override_changes(self, received: list[Received[OverrideChanged]]) -> None:
        take_override_changes(self.leases.fence(self.database), self.composer, received, self.clock.now())

    @due_rows
    def tick(self) -> datetime | None:
        """Changes of duty, digests, first attempts, further attempts, and what a crash interrupted."""
        if not self.leases.held():
            return None
        database = self.leases.fence(self.database)
        due = next_due(database)
        if due is None or due > self.clock.now():
            return due
        for found in watch_duty(database, self.composer, self.clock.now()):
            _HAND_OVERS.labels(found.watch.schedule).inc(found.handed_over is not None)
            for gap in found.gaps:
                _GAPS.labels(gap.schedule, gap.stage.value).inc()
        for reason in send_digests(database, self.composer, self.clock.now()):
            _DIGESTS.labels(reason.value).inc()
        for item in deliver_due(database, self.composer.carriers, self.clock.now):
            _ATTEMPTS.labels(item.channel, item.state.value, item.reason.value).inc()
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
    def who_is_on_call(self, name: str, at: str | None = None) -> dict[str, Any]:
        """In a schedule or for a team; ``at``: RFC 3339, or by the clocks of the schedule."""
        moment = show_on_call.moment_of(at, self.clock.now(), self.composer, name)
        return show_on_call.who_is_on_call(self.database, self.composer, name, moment)

    @rpc
    def on_call_shifts(self, name: str, at: str | None = None, days: int = 14) -> dict[str, Any]:
        """The shifts of some days, gaps among them."""
        start = show_on_call.moment_of(at, self.clock.now(), self.composer, name)
        return show_on_call.on_call_shifts(self.composer, name, start, days)

    @rpc
    def on_call_gaps(self, name: str | None = None, days: int = 14) -> list[dict[str, Any]]:
        """When nobody is on call in the next days, of one schedule or of all."""
        return show_on_call.on_call_gaps(self.composer, self.clock.now(), days, name)

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
