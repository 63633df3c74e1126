"""Sends what a test put into a service's outbox, as the service itself would."""

from __future__ import annotations

from typing import Final

from kombu import Connection

from shared.runtime.confirming import Confirming
from shared.runtime.database import Database
from shared.runtime.message_store import MessageStore

_AT_ONCE: Final = 500


def send(database: Database, administrator: str) -> None:
    """Send all that waits in the outbox; returns when the broker has it."""
    with Connection(administrator) as link:
        send_over(database, Confirming(link))


def send_over(database: Database, channel: Confirming) -> None:
    """The same over a channel that is open."""
    sent = _AT_ONCE
    while sent == _AT_ONCE:
        with MessageStore(database).sending(_AT_ONCE) as rows:
            for row in rows:
                channel.publish(row)
            channel.wait()
        sent = len(rows)
