"""Turns what was folded for a person into one digest, when its hour has come."""

from __future__ import annotations

from datetime import datetime

from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.composing.composing_folded import folded_digest
from services.notifier.domain.delivering.folding import Folder
from services.notifier.storage.folders import Folders
from services.notifier.storage.notifications import Notifications
from shared import bus
from shared.runtime.database import Database, Transaction


def send_folded(database: Database, composer: Composer, now: datetime) -> int:
    """Queue every digest of folded notices that is due, in one transaction; how many."""
    with database.transaction() as transaction:
        folders = Folders(transaction).due(now)
        for folder in folders:
            _send(transaction, composer, folder, now)
    return len(folders)


def _send(transaction: Transaction, composer: Composer, folder: Folder, now: datetime) -> None:
    folders = Folders(transaction)
    notices = folders.notices(folder.id)
    for notification in Notifications(transaction).add(folded_digest(composer, folder, notices, now)):
        transaction.publish(bus.NOTIFICATION_CHANGED, notification.changed())
    folders.close(folder)
