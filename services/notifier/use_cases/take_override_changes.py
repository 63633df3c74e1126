"""Tells the owner of a rule when its lights have used up their time, and what their limits cut of its wish."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from services.notifier.domain.composing import Composer
from services.notifier.domain.grouping import own_incident
from services.notifier.domain.ledger import routed
from services.notifier.domain.superseding import Succession, successor
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
        for item in transaction.first_seen(received):
            if item.message.state in _TOLD:
                _queue(transaction, composer, item.message, now)


def _queue(transaction: Transaction, composer: Composer, event: OverrideChanged, now: datetime) -> None:
    stored = Notifications(transaction)
    logged = Alerts(transaction).with_ids([event.alert]).get(event.alert)
    home = own_incident(event.alert) if logged is None or logged.incident is None else logged.incident
    incidents = Incidents(transaction).with_ids([home])
    notices = composer.override(event, incidents[0].id if incidents else None, now)
    known = {item.id: item for item in stored.with_ids(item.id for item in notices)}
    found = [successor(known.get(notice.id), notice) for notice in notices]
    rewritten = [item.notification for item in found if item.succession is Succession.IN_ITS_PLACE]
    more = [item.notification for item in found if item.succession in (Succession.NEW, Succession.AFTER_IT)]
    stored.change(rewritten)
    fresh = stored.add(more)
    Ledger(transaction).note(map(routed, fresh))
    for notification in (*rewritten, *fresh):
        transaction.publish(bus.NOTIFICATION_CHANGED, notification.changed())
