"""Tells what was held back, once nothing mutes it any more and if it fires still; and what flapped and is calm now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Final

from msgspec import structs

from services.notifier.domain.channel import Medium
from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.composing.notice_book import NoticeBook
from services.notifier.domain.delivering.line import urged
from services.notifier.domain.delivering.notification import TELLING, Notification
from services.notifier.domain.escalation.escalating import released
from services.notifier.domain.escalation.escalation import NO_POLICIES, Escalation, Policies
from services.notifier.domain.incidents.bundle import Bundle, Flapping, Sort
from services.notifier.domain.incidents.changing import Change
from services.notifier.domain.incidents.gathering import gathered, steady
from services.notifier.domain.incidents.grouping import Group
from services.notifier.domain.incidents.held import Held
from services.notifier.domain.incidents.incident import Incident
from services.notifier.domain.ledger.ledger import Verdict, entry, routed
from services.notifier.domain.muting.muting import Mute, Mutes
from services.notifier.domain.muting.muting_plan import MutingPlan
from services.notifier.domain.muting.traits import traits_of
from services.notifier.domain.severity import worsened
from services.notifier.storage.alerts import Alerts
from services.notifier.storage.escalations import Escalations
from services.notifier.storage.held import Bundles, HeldAlerts
from services.notifier.storage.incidents import Incidents
from services.notifier.storage.ledger import Ledger
from services.notifier.storage.mutes import alone, load_mutes
from services.notifier.storage.notifications import Notifications
from shared import bus
from shared.model.alerts import AlertChanged
from shared.runtime.database import Database, Transaction

AT_ONCE: Final = 200
"""Of so many incidents at most it is asked in one transaction: what is vital and comes meanwhile waits no longer."""


def release_held(
    database: Database, composer: Composer, plan: MutingPlan, now: datetime, policies: Policies = NO_POLICIES
) -> int:
    """Ask of what is due whether it may be told now; how many notices that makes. What is left is due still.

    Where people hear so late of an incident, the delays of its escalation count from now.
    """
    with database.transaction() as transaction:
        alone(transaction)
        due = HeldAlerts(transaction).due(now, AT_ONCE)
        calm = Bundles(transaction).calm(now, AT_ONCE)
        if not due and not calm:
            return 0
        return _Release(transaction, composer, plan, now, policies).run(due, calm)


def ask_again(database: Database, now: datetime) -> None:
    """Ask again of all that other alerts hold back: the file may have changed, and what it hushes no more waits for the
    end of nothing."""
    with database.transaction() as transaction:
        alone(transaction)
        HeldAlerts(transaction).wake_inhibited(now)


class _Release:
    """One look at some that is due, in one transaction."""

    def __init__(
        self, transaction: Transaction, composer: Composer, plan: MutingPlan, now: datetime, policies: Policies
    ) -> None:
        self._transaction = transaction
        self._policies = policies
        self._composer = composer
        self._plan = plan
        self._now = now
        self._held = HeldAlerts(transaction)
        self._bundles = Bundles(transaction)
        self._incidents = Incidents(transaction)
        self._notifications = Notifications(transaction)
        self._spoken: list[Bundle] = []
        self._late: dict[str, tuple[Incident, list[Notification]]] = {}

    def run(self, due: Sequence[Held], calm: Sequence[Flapping]) -> int:
        # The incidents first, in the order of their ids, as whoever settles a notice does.
        wanted = {item.incident for item in due} | {item.incident for item in calm}
        self._found = {incident.id: incident for incident in self._incidents.with_ids(wanted)}
        self._notices = NoticeBook(self._notifications.in_line(wanted))
        self._shared = self._bundles.of_incidents(wanted)
        ready = self._sort(due, load_mutes(self._transaction, self._plan.inhibitions, self._now))
        for incident, items in groupby(sorted(ready, key=lambda item: item.incident), key=lambda item: item.incident):
            self._tell(self._found[incident], list(items))
        for flapping in calm:
            self._settle(flapping)
        return self._store()

    def _sort(self, due: Sequence[Held], mutes: Mutes) -> list[Held]:
        """Those that may be told; the others are held on."""
        asked = [(item, mutes.of(traits_of(item.said), self._now)) for item in due]
        held_on = [_held_by(item, mute) for item, mute in asked if mute is not None]
        self._held.put(held_on)
        Ledger(self._transaction).note(item.noted(self._now) for item in held_on)
        ready = [item for item, mute in asked if mute is None]
        self._held.drop([(item.incident, item.alert) for item in ready])
        return ready

    def _tell(self, incident: Incident, items: Sequence[Held]) -> None:
        before = self._notices.told_of(incident.id)
        begun = [item.said for item in items if item.told_severity is None]
        if begun:
            self._begin(gathered(begun), incident, before)
        changes = [item for item in items if item.told_severity not in (None, item.said.severity)]
        for item in changes:
            self._change(item, incident)
        if begun or any(worsened(_since_told(item)) for item in changes):
            self._late[incident.id] = incident, before

    def _begin(self, alert: AlertChanged, incident: Incident, told: Sequence[Notification]) -> None:
        bundle = self._shared.get(incident.id)
        notices = self._composer.tell(alert, incident, told, self._now, _media(bundle, begins=not told))
        self._notices.hurry(urged(notices, told, self._now))
        self._notices.compose(notices)
        if bundle is not None:
            self._spoken.append(bundle.told(self._now))

    def _change(self, item: Held, incident: Incident) -> None:
        alert = _since_told(item)
        group = Group(incident.id, tuple(request for request in alert.notify if request.digest is None))
        told = self._notices.told_of(incident.id)
        change = Change(alert, group, incident, told, self._now)
        notices = self._composer.change(change)
        if worsened(alert):
            self._notices.hurry(change.hurried(notices))
            self._notices.hurry(urged(notices, told, self._now))
        self._notices.compose(notices)

    def _settle(self, flapping: Flapping) -> None:
        """It flaps no more: the state in which it is now is told, once."""
        self._bundles.end_flapping(flapping.key)
        incident, last = self._found.get(flapping.incident), Alerts(self._transaction).newest_of(flapping.key)
        if incident is None or last is None or self._plan.flap is None:
            return
        told, now = self._notices.told_of(incident.id), self._now
        if last.is_firing:
            self._notices.compose(self._composer.tell(steady(last.said, self._plan.flap.within), incident, told, now))
        else:
            self._notices.compose(self._composer.resolve(last.said, incident, told, now))
        by = f"calm again: {'fires' if last.is_firing else 'resolved'}"
        key = (flapping.key, flapping.since.isoformat(), "calm")
        calm = entry(Verdict.FLAPPING, now, by, *key, incident=incident.id, alert=last.said.alert)
        Ledger(self._transaction).note([calm])

    def _give_time(self) -> Iterator[Escalation]:
        """Who hears so late is to have time to answer before others are told."""
        for escalation in Escalations(self._transaction).of(self._late):
            incident, before = self._late[escalation.incident]
            policy = self._policies.kept(escalation, incident)
            if not any(item.kind in TELLING for item in before):
                # What nobody heard of is told to those of what it is by now.
                policy = self._policies.of(incident) or policy
            if policy is not None:
                yield released(escalation, policy, before, self._now)

    def _store(self) -> int:
        self._bundles.put(self._spoken)
        Escalations(self._transaction).put(list(self._give_time()))
        self._notifications.change(self._notices.hurried())
        fresh = self._notifications.add(self._notices.composed())
        Ledger(self._transaction).note(map(routed, fresh))
        for notification in fresh:
            self._transaction.publish(bus.NOTIFICATION_CHANGED, notification.changed())
        return len(fresh)


def _since_told(item: Held) -> AlertChanged:
    """The change of its severity since people were told of it."""
    return structs.replace(item.said, was=item.told_severity)


def _held_by(item: Held, mute: Mute) -> Held:
    return replace(item, verdict=mute.verdict, by=mute.by, source=mute.source, due_at=mute.ends_at)


def _media(bundle: Bundle | None, *, begins: bool) -> tuple[Medium, ...]:
    """Over which media more is told: of a storm the first notice alone is worth a text message."""
    if bundle is not None and bundle.sort is Sort.STORM and not begins:
        return (Medium.EMAIL,)
    return tuple(Medium)
