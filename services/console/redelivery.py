"""What the in-memory bus held when a process died is sent again: outbox rows that some consumer has not handled."""

from __future__ import annotations

from collections.abc import Mapping

from shared import bus
from shared.runtime.database import Database
from shared.runtime.message_store import MessageStore


def send_unhandled_again(databases: Mapping[str, Database]) -> int:
    """Before any service starts, count as unsent what some consumer has not handled; how many that were."""
    forget_handled(databases)
    marked = 0
    for event in bus.EVENTS:
        lost = MessageStore(databases[event.producer]).sent_ids(event.name)
        MessageStore(databases[event.producer]).send_again(lost)
        marked += len(lost)
    return marked


def forget_handled(databases: Mapping[str, Database]) -> None:
    """Drop messages that every consumer has handled, and the inboxes' memory of messages that can't come again."""
    handled = {service: MessageStore(database).handled_ids() for service, database in databases.items()}
    for event in bus.EVENTS:
        producer = MessageStore(databases[event.producer])
        everywhere = producer.sent_ids(event.name).intersection(*(handled[name] for name in event.consumers))
        producer.forget_sent(everywhere)
    may_come = set().union(*(MessageStore(database).outbox_ids() for database in databases.values()))
    for service, database in databases.items():
        MessageStore(database).forget_handled(handled[service] - may_come)
