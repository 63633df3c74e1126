"""Tells what was held back, once nothing mutes it any more and if it fires still; and what flapped and is calm now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from msgspec import structs

from services.notifier.domain.bundle import Bundle, Flapping, Sort
from services.notifier.domain.changing import Change
from services.notifier.domain.channel import Medium
from services.notifier.domain.composing import Composer
from services.notifier.domain.escalating import released
from services.notifier.domain.escalation import NO_POLICIES, Policies
from services.notifier.domain.gathering import gathered, steady
from services.notifier.domain.grouping import Group
from services.notifier.domain.held import Held
from services.notifier.domain.incident import Incident
from services.notifier.domain.ledger import Verdict, entry, routed
from services.notifier.domain.line import urged
from services.notifier.domain.muting import Mute, Mutes
from services.notifier.domain.muting_plan import MutingPlan
from services.notifier.domain.notification import IN_LINE, TELLING, Notification
from services.notifier.domain.severity import worsened
from services.notifier.domain.traits import traits_of
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


def release_held(
    database: Database, composer: Composer, plan: MutingPlan, now: datetime, policies: Policies = NO_POLICIES
) -> int:
    """Ask of everything that is due whether it may be told now; how many notices that makes.

    Where people hear so late of an incident, the delays of its escalation count from now.
    """
    with database.transaction() as transaction:
        alone(transaction)
        due = HeldAlerts(transaction).due(now)
        calm = Bundles(transaction).calm(now)
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
    """One look at all that is due, in one transaction."""

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
        self._composed: list[Notification] = []

    def run(self, due: Sequence[Held], calm: Sequence[Flapping]) -> int:
        # The incidents first, in the order of their ids, as whoever settles a notice does.
        wanted = {item.incident for item in due} | {item.incident for item in calm}
        self._found = {incident.id: incident for incident in self._incidents.with_ids(wanted)}
        self._told = self._notifications.in_line(wanted)
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
        begun = [item.said for item in items if item.told_severity is None]
        if begun:
            bundle = self._shared.get(incident.id)
            told = self._told_of(incident)
            media = _media(bundle, begins=not told)
            notices = self._composer.tell(gathered(begun), incident, told, self._now, media)
            self._hurry(urged(notices, told, self._now))
            self._composed += notices
            if bundle is not None:
                self._bundles.put([bundle.told(self._now)])
        changes = [item for item in items if item.told_severity not in (None, item.said.severity)]
        for item in changes:
            self._composed += self._change(item, incident)
        if begun or any(worsened(_since_told(item)) for item in changes):
            self._give_time(incident)

    def _give_time(self, incident: Incident) -> None:
        """Who hears so late is to have time to answer before others are told."""
        before = [item for item in self._told if item.incident == incident.id]
        for escalation in Escalations(self._transaction).of([incident.id]):
            policy = self._policies.kept(escalation, incident)
            if not any(item.kind in TELLING for item in before):
                # What nobody heard of is told to those of what it is by now.
                policy = self._policies.of(incident) or policy
            if policy is not None:
                Escalations(self._transaction).put([released(escalation, policy, before, self._now)])

    def _change(self, item: Held, incident: Incident) -> list[Notification]:
        alert = _since_told(item)
        group = Group(incident.id, tuple(request for request in alert.notify if request.digest is None))
        told = self._told_of(incident)
        change = Change(alert, group, incident, told, self._now)
        notices = self._composer.change(change)
        if worsened(alert):
            self._hurry(change.hurried(notices))
            self._hurry(urged(notices, told, self._now))
        return notices

    def _hurry(self, before: Iterable[Notification]) -> None:
        """What is to be said earlier, and was to wait."""
        soon = {item.id: item for item in before}
        self._composed = [soon.pop(item.id, item) for item in self._composed]
        self._notifications.change(list(soon.values()))

    def _settle(self, flapping: Flapping) -> None:
        """It flaps no more: the state in which it is now is told, once."""
        self._bundles.end_flapping(flapping.key)
        incident, last = self._found.get(flapping.incident), Alerts(self._transaction).newest_of(flapping.key)
        if incident is None or last is None or self._plan.flap is None:
            return
        told, now = self._told_of(incident), self._now
        if last.is_firing:
            self._composed += self._composer.tell(steady(last.said, self._plan.flap.within), incident, told, now)
        else:
            self._composed += self._composer.resolve(last.said, incident, told, now)
        by = f"calm again: {'fires' if last.is_firing else 'resolved'}"
        key = (flapping.key, flapping.since.isoformat(), "calm")
        calm = entry(Verdict.FLAPPING, now, by, *key, incident=incident.id, alert=last.said.alert)
        Ledger(self._transaction).note([calm])

    def _told_of(self, incident: Incident) -> list[Notification]:
        known = (*self._told, *self._composed)
        return [item for item in known if item.incident == incident.id and item.kind in IN_LINE]

    def _store(self) -> int:
        fresh = self._notifications.add(self._composed)
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
