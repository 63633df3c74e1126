"""The notifier's entrypoints."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypeVar

from nameko.rpc import rpc
from prometheus_client import Counter

from services.notifier import http, http_acknowledge, http_incidents
from services.notifier.channels.receipts_twilio import TwilioReceipts
from services.notifier.channels.replies_twilio import TwilioReplies
from services.notifier.domain.acknowledging import Way
from services.notifier.domain.composing import Composer
from services.notifier.domain.escalation import Policies
from services.notifier.domain.linking import Links
from services.notifier.providers import (
    ComposerProvider,
    LinksProvider,
    PoliciesProvider,
    TwilioReceiptsProvider,
    TwilioRepliesProvider,
)
from services.notifier.storage.tables import METADATA
from services.notifier.use_cases import show
from services.notifier.use_cases.acknowledge import Acknowledging, acknowledge, unacknowledge
from services.notifier.use_cases.deliver_due import deliver_due, next_due
from services.notifier.use_cases.escalate import escalate
from services.notifier.use_cases.follow_link import Seen, look, press
from services.notifier.use_cases.send_digests import send_digests
from services.notifier.use_cases.take_alerts import take_alerts
from services.notifier.use_cases.take_override_changes import take_override_changes
from services.notifier.use_cases.take_receipt import take_receipt
from services.notifier.use_cases.take_reply import take_reply
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
_ATTEMPTS: Final = Counter(
    "vigie_notifier_attempts_total", "Attempts and recoveries, by what they led to.", ["channel", "state", "reason"]
)
_ESCALATIONS: Final = Counter("vigie_notifier_escalations_total", "What fell due in escalations.", ["act"])
_ACKNOWLEDGEMENTS: Final = Counter(
    "vigie_notifier_acknowledgements_total", "By command, portal or call, and what came of it.", ["way", "outcome"]
)
_REPLIES: Final = Counter(
    "vigie_notifier_replies_total",
    "Answers to text messages by meaning; refused: not the carrier's; unknown-number: nobody's we know.",
    ["meaning"],
)
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
    policies: Policies = PoliciesProvider()
    links: Callable[[], Links] = LinksProvider()
    receipts: TwilioReceipts = TwilioReceiptsProvider()
    replies: TwilioReplies = TwilioRepliesProvider()
    operator_key: Secret | None = OperatorKeyProvider()
    leases: Leases = LeasesProvider()

    @web(http.routes, http_acknowledge.routes, http_incidents.routes, prefix=http.PREFIXES)
    def http(self, handle: Callable[[NotifierService], T]) -> T:
        return handle(self)

    @batches(bus.ALERT_CHANGED, AlertChanged, leased=True)
    def take_alerts(self, received: list[Received[AlertChanged]]) -> None:
        database = self.leases.fence(self.database)
        taken = take_alerts(database, self.composer, received, self.clock.now(), self.policies)
        _INCIDENTS.labels("opened").inc(taken.opened)
        _INCIDENTS.labels("resolved").inc(taken.resolved)
        _INCIDENTS.labels("worsened").inc(taken.worsened)
        _INCIDENTS.labels("eased").inc(taken.eased)

    @batches(bus.OVERRIDE_CHANGED, OverrideChanged, leased=True)
    def take_override_changes(self, received: list[Received[OverrideChanged]]) -> None:
        take_override_changes(self.leases.fence(self.database), self.composer, received, self.clock.now())

    @due_rows
    def tick(self) -> datetime | None:
        """Digests, steps of escalations, first attempts, further attempts, and what a crash interrupted."""
        if not self.leases.held():
            return None
        database = self.leases.fence(self.database)
        due = next_due(database)
        if due is None or due > self.clock.now():
            return due
        for reason in send_digests(database, self.composer, self.clock.now()):
            _DIGESTS.labels(reason.value).inc()
        for act in escalate(database, self.composer, self.policies, self.clock.now()):
            _ESCALATIONS.labels(act.value).inc()
        for item in deliver_due(database, self.composer.carriers, self.clock.now, self.links()):
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
    def incident_in_full(self, incident: str) -> dict[str, Any]:
        """One by its id or code, with who was told and all that was decided."""
        return show.incident_in_full(self.database, incident)

    @rpc
    def acknowledge(self, incident: str, person: str, way: str = Way.PORTAL.value, comment: str = "") -> dict[str, Any]:
        """Somebody takes care of an incident; safe to repeat."""
        return self.take_care(incident, person, Way(way), comment)

    @rpc
    def unacknowledge(self, incident: str, person: str) -> dict[str, Any]:
        """Nobody takes care of it any more; safe to repeat."""
        done = unacknowledge(self.database, self._acknowledging(), incident, person, self.clock.now())
        return show.acknowledged(done)

    @rpc
    def notifications(self, limit: int = 50) -> list[dict[str, Any]]:
        """The most recently changed first; nobody's address is in them."""
        return show.notifications(self.database, limit)

    @rpc
    def summary(self) -> dict[str, Any]:
        """What went out, by medium and by state."""
        return show.summary(self.database)

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

    def take_care(self, incident: str, person: str, way: Way, comment: str = "") -> dict[str, Any]:
        """Acknowledge, and count how.

        Raises:
            NotFound: no such incident.
        """
        means, now = self._acknowledging(), self.clock.now()
        done = acknowledge(self.database, means, incident, person, way, now, comment)
        _ACKNOWLEDGEMENTS.labels(way.value, done.outcome.value).inc()
        return show.acknowledged(done)

    def take_reply(self, form: Mapping[str, str], signature: str) -> str:
        """What is answered to somebody's text message; empty: nothing.

        Raises:
            Forbidden: it is not from Twilio.
            InputError: it can't be read.
        """
        try:
            inbound = self.replies.read(form, signature)
        except Forbidden:
            _REPLIES.labels("refused").inc()
            raise
        answer = take_reply(self.database, self._acknowledging(), inbound, self.clock.now())
        _REPLIES.labels("unknown-number" if answer.meaning is None else answer.meaning.value).inc()
        return answer.text

    def look(self, token: str) -> tuple[Seen, str]:
        """What the page of a link shows, and what its form sends along."""
        links = self.links()
        return look(self.database, links, token, self.clock.now()), links.form(token)

    def press(self, token: str, form: str) -> tuple[Seen, str]:
        """The button of the page was pressed."""
        links = self.links()
        seen = press(self.database, self._acknowledging(), links, token, form, self.clock.now())
        return seen, links.form(token)

    def _acknowledging(self) -> Acknowledging:
        return Acknowledging(self.composer, self.policies)
