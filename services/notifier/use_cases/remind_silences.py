"""Reminds the owners of silences that these end soon."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.composing.composing_apart import silence_ends
from services.notifier.domain.ledger.ledger import routed
from services.notifier.storage.ledger import Ledger
from services.notifier.storage.notifications import Notifications
from services.notifier.storage.silences import Silences
from shared import bus
from shared.runtime.database import Database


def remind_silences(database: Database, composer: Composer, now: datetime) -> int:
    """Queue a mail to the owner of each silence that ends soon, once; how many silences."""
    with database.transaction() as transaction:
        silences, stored = Silences(transaction), Notifications(transaction)
        due = silences.to_remind(now)
        for silence in due:
            silences.put(replace(silence, reminder_at=None))
            # One that was over before anybody looked, after an outage, is no news.
            fresh = stored.add(silence_ends(composer, silence, now)) if silence.ends_at > now else []
            Ledger(transaction).note(map(routed, fresh))
            for notification in fresh:
                transaction.publish(bus.NOTIFICATION_CHANGED, notification.changed())
        return len(due)
