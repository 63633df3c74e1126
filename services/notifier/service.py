"""The notifier's entrypoints."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, TypeVar

import msgspec
from nameko.rpc import rpc
from nameko.timer import timer

from services.notifier import (
    http,
    http_acknowledge,
    http_incidents,
    http_muting,
    http_on_call,
    http_reaching,
    http_spending,
    metering,
)
from services.notifier.channels.calls_twilio import TwilioCalls
from services.notifier.channels.receipts_twilio import TwilioReceipts
from services.notifier.channels.replies_twilio import TwilioReplies
from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.delivering.receipt import Receipt
from services.notifier.domain.escalation.escalation import Policies
from services.notifier.domain.escalation.key_press import Outcome
from services.notifier.domain.escalation.linking import Links
from services.notifier.domain.incidents.acknowledging import Outcome as Taking
from services.notifier.domain.incidents.acknowledging import Way
from services.notifier.domain.muting.muting_plan import MutingPlan
from services.notifier.domain.muting.silence_wanted import WantedSilence
from services.notifier.domain.on_call.schedule import Feed
from services.notifier.domain.people.retention import Retention
from services.notifier.followed_people import FollowedPeople
from services.notifier.heartbeat import Heartbeat
from services.notifier.providers import (
    ComposerProvider,
    FetchProvider,
    HeartbeatProvider,
    LinksProvider,
    MutingPlanProvider,
    PeopleProvider,
    PoliciesProvider,
    RetentionProvider,
    TwilioCallsProvider,
    TwilioReceiptsProvider,
    TwilioRepliesProvider,
)
from services.notifier.storage.tables import METADATA
from services.notifier.use_cases import show, show_on_call
from services.notifier.use_cases import silence as silencing
from services.notifier.use_cases.acknowledge import Acknowledging, acknowledge, acknowledge_by_key, unacknowledge
from services.notifier.use_cases.deliver_due import deliver_due, next_due
from services.notifier.use_cases.escalate import escalate
from services.notifier.use_cases.fetch_calendars import fetch_calendars
from services.notifier.use_cases.fold_due import Folding
from services.notifier.use_cases.follow_link import Seen, look, press
from services.notifier.use_cases.forget import forget_daily
from services.notifier.use_cases.mute_escalation import mutes_by
from services.notifier.use_cases.muting_due import next_muting_due
from services.notifier.use_cases.release_held import ask_again, release_held
from services.notifier.use_cases.remind_silences import remind_silences
from services.notifier.use_cases.send_digests import send_digests
from services.notifier.use_cases.send_folded import send_folded
from services.notifier.use_cases.show_carriers import show_carriers, show_opt_outs
from services.notifier.use_cases.show_spending import spending
from services.notifier.use_cases.take_alerts import take_alerts, urgent_first
from services.notifier.use_cases.take_key import take_key
from services.notifier.use_cases.take_override_changes import take_override_changes
from services.notifier.use_cases.take_receipt import take_receipt
from services.notifier.use_cases.take_reply import take_reply
from services.notifier.use_cases.tell_files_refused import take_files_refused, tell_people_refused
from services.notifier.use_cases.watch_duty import begin_watch, keep_watch, watch_duty
from services.notifier.use_cases.why_told import why_not_told, why_told
from shared import bus
from shared.actor import Actor
from shared.civil_time import moment_of
from shared.errors import InputError, NotFound
from shared.model.alerts import AlertChanged
from shared.model.files import FilesRefused
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

_FETCH_EVERY_S: Final = 30
_LOOK_EVERY_S: Final = 2

T = TypeVar("T")
_log: Final = logging.getLogger(__name__)
_OF_A_CALL: Final = {
    Taking.DONE: Outcome.ACKNOWLEDGED,
    Taking.ALREADY: Outcome.KNOWN,
    Taking.RESOLVED: Outcome.CLOSED,
}
_ASKED_BY_CALL: Final = {said: taking for taking, said in _OF_A_CALL.items()}


class NotifierService:
    """Tells people of alerts."""

    name = bus.NOTIFIER
    clock: Clock = ClockProvider()
    database: Database = DatabaseProvider(METADATA, "services.notifier.storage")
    composer: Composer = ComposerProvider()
    people: FollowedPeople = PeopleProvider()
    policies: Policies = PoliciesProvider()
    links: Callable[[], Links] = LinksProvider()
    receipts: TwilioReceipts = TwilioReceiptsProvider()
    calls: TwilioCalls = TwilioCallsProvider()
    replies: TwilioReplies = TwilioRepliesProvider()
    leases: Leases = LeasesProvider()
    plan: MutingPlan = MutingPlanProvider()
    retention: Retention = RetentionProvider()
    operator_key: Secret | None = OperatorKeyProvider()
    fetch: Callable[[Feed], str] = FetchProvider()
    heartbeat: Heartbeat = HeartbeatProvider()

    @web(
        http.routes,
        http_acknowledge.routes,
        http_incidents.routes,
        http_spending.routes,
        prefix=(*http.PREFIXES, http_spending.PREFIX),
    )
    def http(self, handle: Callable[[NotifierService], T]) -> T:
        return handle(self)

    @web(http_muting.routes, http_reaching.routes, prefix="/v1/notifier")
    def http_operators(self, handle: Callable[[NotifierService], T]) -> T:
        return handle(self)

    @web(http_on_call.routes, prefix="/v1/on-call")
    def http_on_call(self, handle: Callable[[NotifierService], T]) -> T:
        return handle(self)

    @at_start
    def begin(self) -> None:
        """Calendars first: who is on call goes by them."""
        self.fetch_calendars()
        begin_watch(self.database, self.composer)
        ask_again(self.database, self.clock.now())

    @timer(interval=_FETCH_EVERY_S)
    def fetch_calendars(self) -> None:
        """Those that are due; and whoever is on call is watched."""
        if self.leases.held():
            composer = self.composer
            keep_watch(self.database, composer)
            database, people = self.leases.fence(self.database), composer.teams.people
            tried = fetch_calendars(database, composer.roster, people, self.fetch, self.clock.now())
            metering.note_calendars(tried)

    @timer(interval=_LOOK_EVERY_S)
    def follow_people(self) -> None:
        """``teams.yaml`` and ``on-call.yaml``, whenever somebody changed them: they are checked first."""
        news = self.people.look()
        if news is None:
            return
        metering.PEOPLE_PROBLEMS.set(len(news.problems))
        if news.problems:
            tell_people_refused(self.database, self.composer, news.problems, news.digest, self.clock.now())
            # Where alone: what stands there is a number, or a name.
            places = "\n".join(problem.place for problem in news.problems)
            _log.error("the files of people are refused, the last good ones hold:\n%s", places)
        else:
            roster = self.people.roster(self.database)
            begin_watch(self.database, replace(self.composer, teams=self.people.teams, roster=roster))
            _log.info("the files of people are in force as they are now")
        self.people.passed_on()

    @batches(bus.ALERT_CHANGED, AlertChanged, leased=True)
    def take_alerts(self, received: list[Received[AlertChanged]]) -> None:
        for part in urgent_first(received):
            database = self.leases.fence(self.database)
            taken = take_alerts(database, self.composer, part, self.clock.now(), plan=self.plan, policies=self.policies)
            metering.note_taken(taken)

    @batches(bus.OVERRIDE_CHANGED, OverrideChanged, leased=True)
    def take_override_changes(self, received: list[Received[OverrideChanged]]) -> None:
        take_override_changes(self.leases.fence(self.database), self.composer, received, self.clock.now())

    @batches(bus.FILES_REFUSED, FilesRefused, leased=True)
    def take_files_refused(self, received: list[Received[FilesRefused]]) -> None:
        take_files_refused(self.leases.fence(self.database), self.composer, received, self.clock.now())

    @due_rows
    def tick(self) -> datetime | None:
        """Changes of duty, what was held back, digests, escalations, attempts, and what a crash interrupted."""
        if not self.leases.held():
            return None
        database = self.leases.fence(self.database)
        forget_daily(database, self.retention, self.clock.now())
        due = self._next_due(database)
        if due is None or due > self.clock.now():
            self.heartbeat.note_round(self.clock.now())
            return due
        metering.note_duty(watch_duty(database, self.composer, self.clock.now()))
        metering.RELEASED.inc(release_held(database, self.composer, self.plan, self.clock.now(), self.policies))
        remind_silences(database, self.composer, self.clock.now())
        metering.note_digests(send_digests(database, self.composer, self.clock.now(), self.plan))
        acts = escalate(database, self.composer, self.policies, self.clock.now(), mutes_by(self.plan))
        metering.note_escalations(acts)
        send_folded(database, self.composer, self.clock.now())
        self._deliver(database)
        self.heartbeat.note_round(self.clock.now())
        return self._next_due(database)

    def _deliver(self, database: Database) -> None:
        folding = Folding(self.composer)
        done = deliver_due(
            database,
            self.composer.carriers,
            self.clock.now,
            composer=self.composer,
            links=self.links(),
            folding=folding,
        )
        metering.note_deliveries(done, folding)

    def _next_due(self, database: Database) -> datetime | None:
        moments = (next_due(database), next_muting_due(database))
        return min((moment for moment in moments if moment is not None), default=None)

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

    @rpc(expected_exceptions=InputError)
    def add_silence(self, actor: dict[str, Any], wanted: dict[str, Any], key: str | None = None) -> dict[str, Any]:
        """Silence alerts. ``actor``: an ``Actor`` as builtins; ``wanted``: a ``WantedSilence``; the same with the same
        key is done once."""
        someone, asked = msgspec.convert(actor, Actor), msgspec.convert(wanted, WantedSilence)
        return silencing.add_silence(self.database, self.composer.teams, someone, asked, self.clock.now(), key)

    @rpc(expected_exceptions=InputError)
    def preview_silence(self, actor: dict[str, Any], wanted: dict[str, Any], days: int = 30) -> dict[str, Any]:
        """What a silence would hush now, and would have hushed in the last days."""
        someone, asked = msgspec.convert(actor, Actor), msgspec.convert(wanted, WantedSilence)
        return silencing.preview_silence(self.database, self.composer.teams, someone, asked, days, self.clock.now())

    @rpc(expected_exceptions=InputError)
    def end_silence(self, actor: dict[str, Any], name: str, reason: str = "") -> dict[str, Any]:
        """End a silence before its time."""
        return silencing.end_silence(self.database, msgspec.convert(actor, Actor), name, reason, self.clock.now())

    @rpc
    def silences(self) -> list[dict[str, Any]]:
        """Those in force or to come, then the last that are over."""
        return silencing.list_silences(self.database, self.clock.now())

    @rpc(expected_exceptions=InputError)
    def silence(self, name: str) -> dict[str, Any]:
        """One silence, with what it holds back now."""
        return silencing.show_silence(self.database, name, self.clock.now())

    @rpc(expected_exceptions=InputError)
    def why_told(self, what: str) -> dict[str, Any]:
        """All that was decided about an incident (code or id) or a notification, in order."""
        return why_told(self.database, self.composer.teams, what)

    @rpc(expected_exceptions=InputError)
    def why_not_told(
        self,
        person: str,
        incident: str | None = None,
        rule: str | None = None,
        point: str | None = None,
        at: str | None = None,
    ) -> dict[str, Any]:
        """Whether a person was told of an incident, and if not, why."""
        moment, now = None if at is None else moment_of(at), self.clock.now()
        return why_not_told(self.database, self.composer.teams, person, now, incident, rule, point, moment)

    @rpc
    def carriers(self) -> dict[str, Any]:
        """Which channels carry each medium, in order, and which of them are in trouble."""
        return show_carriers(self.database, self.composer.carriers)

    @rpc
    def opt_outs(self) -> list[dict[str, Any]]:
        """Who is texted no more, the oldest first; nobody's number is in them."""
        return show_opt_outs(self.database, self.composer.teams)

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
        self._take_receipt(self.receipts.read, form, signature)

    def take_call(self, form: Mapping[str, str], signature: str) -> None:
        """How a call ended, told by Twilio.

        Raises:
            Forbidden: it is not from Twilio.
            InputError: it can't be read.
        """
        self._take_receipt(self.calls.receipt, form, signature)

    def take_key(self, notification: str, form: Mapping[str, str], signature: str) -> str:
        """A key that was pressed in a call; what is said then, as TwiML.

        Raises:
            Forbidden: it is not from Twilio.
            InputError: it can't be read.
            NotFound: there is no such notice.
        """
        with metering.counts_refused(metering.KEYS):
            press = self.calls.key(notification, form, signature, self.clock.now())
        taken = take_key(self.database, press, self._answers_call)
        metering.KEYS.labels(taken.outcome.value).inc()
        metering.note_asked(Way.CALL, _ASKED_BY_CALL.get(taken.outcome))
        return self.calls.reply(press, taken.outcome, taken.language)

    def take_care(self, incident: str, person: str, way: Way, comment: str = "") -> dict[str, Any]:
        """Acknowledge, and count how.

        Raises:
            NotFound: no such incident.
        """
        means, now = self._acknowledging(), self.clock.now()
        done = acknowledge(self.database, means, incident, person, way, now, comment)
        metering.note_asked(way, done.outcome)
        return show.acknowledged(done)

    def require_person(self, person: str) -> None:
        """Raises: NotFound: no team has such a person."""
        if self.composer.teams.person(person) is None:
            raise NotFound("person", person)

    def take_reply(self, form: Mapping[str, str], signature: str) -> str:
        """What is answered to somebody's text message; empty: nothing.

        Raises:
            Forbidden: it is not from Twilio.
            InputError: it can't be read.
        """
        with metering.counts_refused(metering.REPLIES):
            inbound = self.replies.read(form, signature)
        answer = take_reply(self.database, self._acknowledging(), inbound, self.clock.now())
        metering.REPLIES.labels("unknown-number" if answer.meaning is None else answer.meaning.value).inc()
        metering.note_asked(Way.SMS, answer.outcome)
        return answer.text

    def look(self, token: str) -> tuple[Seen, str]:
        """What the page of a link shows, and what its form sends along."""
        links = self.links()
        return look(self.database, self.composer.teams, links, token, self.clock.now()), links.form(token)

    def press(self, token: str, form: str) -> tuple[Seen, str]:
        """The button of the page was pressed."""
        links = self.links()
        seen = press(self.database, self._acknowledging(), links, token, form, self.clock.now())
        metering.note_asked(Way.EMAIL, seen.outcome)
        return seen, links.form(token)

    def _take_receipt(
        self, read: Callable[[Mapping[str, str], str, datetime], Receipt], form: Mapping[str, str], signature: str
    ) -> None:
        with metering.counts_refused(metering.RECEIPTS):
            receipt = read(form, signature, self.clock.now())
        take_receipt(self.database, receipt, self.composer)
        metering.RECEIPTS.labels(receipt.status).inc()

    def _answers_call(self, incident: str, person: str, at: datetime) -> Outcome:
        done = acknowledge_by_key(self.database, self._acknowledging(), incident, person, at)
        return _OF_A_CALL[done.outcome]

    def _acknowledging(self) -> Acknowledging:
        return Acknowledging(self.composer, self.policies, metering.note_acknowledged)
