"""Tells the owner of a rule when its lights have used up their time, and what their limits cut of its wish."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.composing.composing_apart import override_notices
from services.notifier.domain.delivering.notification import Notification
from services.notifier.domain.incidents.alert_log import Logged
from services.notifier.domain.incidents.grouping import own_incident
from services.notifier.domain.incidents.superseding import Succession, successor
from services.notifier.domain.ledger.ledger import routed
from services.notifier.storage.alerts import Alerts
from services.notifier.storage.incidents import Incidents
from services.notifier.storage.ledger import Ledger
from services.notifier.storage.notifications import Notifications
from shared import bus
from shared.model.lighting import OverrideChanged, OverrideState
from shared.runtime.database import Database, Received, Transaction

_TOLD: Final = (OverrideState.USED_UP, OverrideState.GRANTED_AGAIN, OverrideState.CUT)


def take_override_changes(
    database: Database, composer: Composer, received: Sequence[Received[OverrideChanged]], now: datetime
) -> None:
    """Queue an e-mail for each override that used up its time or is cut; what else becomes of it is nobody's worry."""
    with database.transaction() as transaction:
        told = [item.message for item in transaction.first_seen(received) if item.message.state in _TOLD]
        if told:
            _queue(transaction, _composed(transaction, composer, told, now))


def _composed(
    transaction: Transaction, composer: Composer, events: Sequence[OverrideChanged], now: datetime
) -> list[Notification]:
    """The notices of all, in the order of the events. Their incidents are held in one order, as whoever takes alerts
    holds them: in the order of the messages, the two could wait for each other for ever."""
    logged = Alerts(transaction).with_ids(event.alert for event in events)
    homes = {event.alert: _home(event.alert, logged.get(event.alert)) for event in events}
    there = {incident.id: incident.id for incident in Incidents(transaction).with_ids(set(homes.values()))}
    found = (override_notices(composer, event, there.get(homes[event.alert]), now) for event in events)
    return [notice for notices in found for notice in notices]


def _home(alert: str, logged: Logged | None) -> str:
    return own_incident(alert) if logged is None or logged.incident is None else logged.incident


def _queue(transaction: Transaction, notices: Sequence[Notification]) -> None:
    """Each in the place of the one before, or after it."""
    stored = Notifications(transaction)
    there = {item.id: item for item in stored.with_ids({notice.id for notice in notices})}
    known, touched = dict(there), dict[str, Notification]()
    for notice in notices:
        found = successor(known.get(notice.id), notice)
        if found.succession is not Succession.NOTHING_NEW:
            item = found.notification
            known[item.id] = touched[item.id] = item
    rewritten = [item for item in touched.values() if item.id in there]
    stored.change(rewritten)
    fresh = stored.add([item for item in touched.values() if item.id not in there])
    Ledger(transaction).note(map(routed, fresh))
    for notification in (*rewritten, *fresh):
        transaction.publish(bus.NOTIFICATION_CHANGED, notification.changed())
