"""Takes what the rules engine decided into incidents, and queues what people are to be told of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.notifier.domain.composing import Composer
from services.notifier.domain.grouping import groups_of
from services.notifier.domain.incident import Incident
from services.notifier.domain.incident_book import IncidentBook
from services.notifier.domain.notification import Kind, Notification
from services.notifier.storage.digests import Digests
from services.notifier.storage.incidents import Incidents
from services.notifier.storage.notifications import Notifications
from shared import bus
from shared.model.alerts import AlertChanged, AlertStatus
from shared.model.incidents import IncidentChanged, IncidentStatus
from shared.runtime.database import Database, Received, Transaction


@dataclass(frozen=True)
class Taken:
    """What a batch led to, in numbers."""

    opened: int
    resolved: int
    queued: int


def take_alerts(
    database: Database, composer: Composer, received: Sequence[Received[AlertChanged]], now: datetime
) -> Taken:
    """Take a batch, in the order in which it came. An alert that was taken before changes nothing."""
    with database.transaction() as transaction:
        alerts = [item.message for item in transaction.first_seen(received)]
        return _Batch(transaction, composer, alerts, now).take()


class _Batch:
    """One batch in one transaction: loads what it touches at once, decides in memory, stores at once."""

    def __init__(
        self, transaction: Transaction, composer: Composer, alerts: Sequence[AlertChanged], now: datetime
    ) -> None:
        self._transaction = transaction
        self._composer = composer
        self._alerts = alerts
        self._now = now
        self._incidents = Incidents(transaction)
        self._notifications = Notifications(transaction)
        self._digests = Digests(transaction)
        self._composed: dict[str, Notification] = {}
        self._events: list[IncidentChanged] = []

    def take(self) -> Taken:
        self._load()
        for alert in self._alerts:
            if alert.status is AlertStatus.FIRING:
                self._fire(alert)
            else:
                self._resolve(alert)
        return self._store()

    def _load(self) -> None:
        places = self._incidents.places(alert.alert for alert in self._alerts)
        candidates = {group.incident for alert in self._alerts for group in groups_of(alert, self._now)}
        self._decided = self._digests.decided(candidates)
        groups = {group.incident for alert in self._alerts for group in groups_of(alert, self._now, self._decided)}
        touched = groups | {place.incident for place in places}
        self._book = IncidentBook(self._incidents.with_ids(touched), places)
        ending = {alert.alert for alert in self._alerts if alert.status is AlertStatus.RESOLVED}
        self._told = self._notifications.of_fires({place.incident for place in places if place.alert in ending})

    def _fire(self, alert: AlertChanged) -> None:
        if self._book.has(alert.alert):
            return
        for group in groups_of(alert, self._now, self._decided):
            incident = self._book.take_in(alert, group)
            self._note(incident, alert)
            if group.sends_at is None:
                self._compose(self._composer.fire(alert, group, incident, self._now))

    def _resolve(self, alert: AlertChanged) -> None:
        if not self._book.has(alert.alert):
            # Its beginning never came, or comes late: it is shown as over, and nobody is told of either.
            for group in groups_of(alert, self._now, self._decided):
                self._note(self._book.take_in(alert, group), alert)
        for incident in self._book.take_out(alert):
            self._note(incident, alert)
            if incident.status is IncidentStatus.RESOLVED:
                self._compose(self._composer.resolve(alert, incident, self._fires_of(incident), self._now))

    def _fires_of(self, incident: Incident) -> list[Notification]:
        known = (*self._told, *self._composed.values())
        return [item for item in known if item.incident == incident.id and item.kind is Kind.FIRE]

    def _compose(self, notifications: Iterable[Notification]) -> None:
        for notification in notifications:
            self._composed.setdefault(notification.id, notification)

    def _note(self, incident: Incident, alert: AlertChanged) -> None:
        self._events.append(incident.changed(alert.at, alert.trace))

    def _store(self) -> Taken:
        new, changed = self._book.new(), self._book.changed()
        self._incidents.add(*new)
        self._incidents.change(*changed)
        self._digests.add(self._book.digests)
        fresh = self._notifications.add(list(self._composed.values()))
        for event in self._events:
            self._transaction.publish(bus.INCIDENT_CHANGED, event)
        for notification in fresh:
            self._transaction.publish(bus.NOTIFICATION_CHANGED, notification.changed())
        resolved = sum(event.status is IncidentStatus.RESOLVED for event in self._events)
        return Taken(opened=len(new[0]), resolved=resolved, queued=len(fresh))
