"""What the in-memory bus held when a process died is sent again: outbox rows that some consumer has not handled."""

from __future__ import annotations

from collections.abc import Mapping

from shared import bus
from shared.runtime.database import Database


def send_unhandled_again(databases: Mapping[str, Database]) -> int:
    """Mark them unsent and drop what everybody has handled, before any service starts; how many were marked."""
    handled = {service: database.handled_ids() for service, database in databases.items()}
    marked = 0
    for event in bus.EVENTS:
        producer = databases[event.producer]
        sent = producer.sent_ids(event.name)
        everywhere = sent.intersection(*(handled[consumer] for consumer in event.consumers))
        producer.forget_sent(everywhere)
        producer.send_again(sent - everywhere)
        marked += len(sent - everywhere)
    may_come = set().union(*(database.outbox_ids() for database in databases.values()))
    for service, database in databases.items():
        database.forget_handled(handled[service] - may_come)
    return marked
