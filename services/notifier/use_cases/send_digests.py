"""Turns the digests whose hour has come into mails."""

from __future__ import annotations

from datetime import datetime

from services.notifier.domain.composing import Composer
from services.notifier.domain.digesting import Digest, DigestReason, digested
from services.notifier.domain.on_call.telling import route_entry
from services.notifier.storage.digests import Digests
from services.notifier.storage.incidents import Incidents
from services.notifier.storage.ledger import Ledger
from services.notifier.storage.notifications import Notifications
from shared import bus
from shared.runtime.database import Database, Transaction


def send_digests(database: Database, composer: Composer, now: datetime) -> list[DigestReason]:
    """Decide every digest that is due and queue its mails, in one transaction; why each was sent or not."""
    with database.transaction() as transaction:
        digests = Digests(transaction).due(now)
        return [_decide(transaction, composer, digest, now) for digest in digests]


def _decide(transaction: Transaction, composer: Composer, digest: Digest, now: datetime) -> DigestReason:
    incidents = Incidents(transaction)
    found = digested(incidents.alerts(digest.incident))
    if found.reason is DigestReason.SOME_FIRE:
        incident = incidents.with_ids([digest.incident])[0]
        fresh = Notifications(transaction).add(composer.digest(digest, found, incident, now))
        Ledger(transaction).note(filter(None, (route_entry(composer, notification) for notification in fresh)))
        for notification in fresh:
            transaction.publish(bus.NOTIFICATION_CHANGED, notification.changed())
    Digests(transaction).close(digest, found.reason)
    return found.reason
