"""Answers what happened: incidents, who was told, and how much went out. Addresses are never shown."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any, Final

import msgspec

from services.notifier.domain.channel import Medium
from services.notifier.domain.composing.failure_words import in_words
from services.notifier.domain.delivering.notification import Notification
from services.notifier.domain.delivering.receipt import Arrival, Receipt
from services.notifier.domain.incidents.acknowledging import Acknowledgement
from services.notifier.domain.incidents.incident import Incident, IncidentAlert
from services.notifier.storage.acknowledgements import Acknowledgements
from services.notifier.storage.escalations import Escalations
from services.notifier.storage.incidents import Incidents
from services.notifier.storage.ledger import Ledger
from services.notifier.storage.notifications import Notifications
from services.notifier.storage.receipts import Receipts
from services.notifier.use_cases.acknowledge import Acknowledged
from shared.errors import NotFound
from shared.model.incidents import NotificationState
from shared.runtime.database import Database

MOST: Final = 1000


def incidents(database: Database, limit: int) -> list[dict[str, Any]]:
    """Open ones first, the newest first."""
    with database.transaction() as transaction:
        found = Incidents(transaction).latest(_within(limit))
        taken = Acknowledgements(transaction).counting(item.id for item in found)
        return [_incident(item, taken.get(item.id)) for item in found]


def incident_in_full(database: Database, name: str) -> dict[str, Any]:
    """One by its id or code, with all notices and all decisions about it, oldest first.

    Raises:
        NotFound: there is none.
    """
    with database.transaction() as transaction:
        found = Incidents(transaction).named(name)
        if found is None:
            raise NotFound("incident", name)
        one = Incidents(transaction).read([found])[0]
        notices = Notifications(transaction).of(found)
        receipts = Receipts(transaction).of(item.reference for item in notices if item.reference is not None)
        escalation = next(iter(Escalations(transaction).of([found])), None)
        return _builtins(
            _incident(one, Acknowledgements(transaction).counting([found]).get(found))
            | {
                "escalation": None if escalation is None else asdict(escalation),
                "notifications": [_notification(item, receipts.get(item.reference or "")) for item in notices],
                "ledger": [asdict(item) for item in Ledger(transaction).of(found)],
            }
        )


def acknowledged(done: Acknowledged) -> dict[str, Any]:
    """What came of an acknowledgement, or of taking one back."""
    return {"outcome": done.outcome.value} | _incident(done.incident, done.by)


def incident(database: Database, code: str) -> dict[str, Any] | None:
    """The incident that people call by a code, with its alerts; None: there is none.

    Those that fire come first, the newest first.
    """
    with database.transaction() as transaction:
        found = Incidents(transaction)
        incident = found.with_code(code)
        if incident is None:
            return None
        places = sorted(found.alerts(incident.id), key=lambda place: (place.since, place.alert), reverse=True)
        places.sort(key=lambda place: place.resolved_at is not None)
        taken = Acknowledgements(transaction).counting([incident.id])
        return {**_incident(incident, taken.get(incident.id)), "alerts": [_alert(place) for place in places]}


def notifications(database: Database, limit: int) -> list[dict[str, Any]]:
    """The most recently changed first; of those that a carrier took, what it says became of them."""
    with database.transaction() as transaction:
        found = Notifications(transaction).latest(_within(limit))
        receipts = Receipts(transaction).of(item.reference for item in found if item.reference is not None)
        return [_notification(item, receipts.get(item.reference or "")) for item in found]


def summary(database: Database) -> dict[str, Any]:
    """How many text messages and mails were sent, whatever carried them; notifications by state; open incidents."""
    with database.transaction() as transaction:
        counts = Notifications(transaction).counts()
        open_incidents = Incidents(transaction).count_open()
    states: Counter[str] = Counter()
    for (_, state), count in counts.items():
        states[state.value] += count
    return {
        "sms": counts.get((Medium.SMS, NotificationState.SENT), 0),
        "emails": counts.get((Medium.EMAIL, NotificationState.SENT), 0),
        "states": {state.value: states[state.value] for state in NotificationState},
        "open_incidents": open_incidents,
    }


def _within(limit: int) -> int:
    return max(1, min(limit, MOST))


def _incident(incident: Incident, by: Acknowledgement | None) -> dict[str, Any]:
    shown = {
        "incident": incident.id,
        "code": incident.code,
        "status": incident.status,
        "title": incident.title,
        "rule": incident.rule,
        "severity": incident.severity,
        "worst": incident.worst or incident.severity,
        "owner": incident.owner,
        "opened_at": incident.opened_at,
        "resolved_at": incident.resolved_at,
        "firing": incident.firing,
        "acknowledged_at": None if by is None else by.at,
        # As colleagues know the person; for those who work here, not for open data.
        "acknowledged_by": None if by is None else by.shown,
        "acknowledged_way": None if by is None else by.way,
        "comment": "" if by is None else by.comment,
    }
    return _builtins(shown)


def _alert(place: IncidentAlert) -> dict[str, Any]:
    shown = {
        "alert": place.alert,
        "point": place.point,
        "point_title": place.point_title,
        "message": place.message,
        "since": place.since,
        "resolved_at": place.resolved_at,
    }
    return _builtins(shown)


def _notification(notification: Notification, receipt: Receipt | None) -> dict[str, Any]:
    shown = {
        "notification": notification.id,
        "incident": notification.incident,
        "kind": notification.kind,
        "medium": notification.medium,
        "channel": notification.channel,
        "team": notification.team,
        "recipient": notification.recipient,
        "route": notification.route,
        "state": notification.state,
        "reason": notification.reason,
        "attempts": notification.attempts,
        "receipt": None if receipt is None else receipt.status,
        "receipt_error": None if receipt is None else receipt.error_code,
        "receipt_words": _missed(receipt),
        "subject": notification.subject,
        "body": notification.body,
        "queued_at": notification.queued_at,
        "at": notification.changed_at,
    }
    return _builtins(shown)


def _missed(receipt: Receipt | None) -> str | None:
    """Why it did not arrive, French; None: it did, or may."""
    if receipt is None or receipt.arrival is not Arrival.UNDELIVERED:
        return None
    return in_words(receipt.status, receipt.error_code)


def _builtins(shown: dict[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(shown)
    return plain
