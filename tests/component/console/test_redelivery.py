"""What a dead process had sent but nobody had handled is sent again; what all have handled is dropped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from services.console.redelivery import send_unhandled_again
from shared import bus
from shared.model.message import Message
from shared.model.registry import Inventory, RegistryChanged
from shared.runtime.database import Database, Received
from shared.runtime.message_store import MessageStore

TOLD = RegistryChanged(revision=1, at=datetime(2022, 1, 1, tzinfo=UTC), inventory=Inventory())


def handle(database: Database, identifier: str) -> None:
    with database.transaction() as transaction:
        transaction.first_seen([Received[Message](identifier, TOLD)])


def test_a_message_is_sent_again_until_every_consumer_has_handled_it(database_of: Callable[[str], Database]) -> None:
    databases = {service: database_of(service) for service in bus.SERVICES}
    registry = databases[bus.DEVICE_REGISTRY]
    with registry.transaction() as transaction:
        transaction.publish(bus.REGISTRY_CHANGED, TOLD)
    (row,) = MessageStore(registry).unsent(10)
    assert send_unhandled_again(databases) == 0  # not sent yet: it will be, without help
    MessageStore(registry).mark_sent([row])
    handle(databases[bus.TELEMETRY], row.event_id)
    assert send_unhandled_again(databases) == 1
    assert MessageStore(registry).unsent(10) == [row]
    MessageStore(registry).mark_sent([row])
    for consumer in bus.REGISTRY_CHANGED.consumers[1:]:
        handle(databases[consumer], row.event_id)
    assert send_unhandled_again(databases) == 0
    assert MessageStore(registry).outbox_ids() == set()
    assert MessageStore(databases[bus.TELEMETRY]).handled_ids() == set()


def test_what_was_handled_but_not_marked_as_sent_is_not_handled_again(database_of: Callable[[str], Database]) -> None:
    databases = {service: database_of(service) for service in bus.SERVICES}
    registry, telemetry = databases[bus.DEVICE_REGISTRY], databases[bus.TELEMETRY]
    with registry.transaction() as transaction:
        transaction.publish(bus.REGISTRY_CHANGED, TOLD)
    (row,) = MessageStore(registry).unsent(10)
    handle(telemetry, row.event_id)
    send_unhandled_again(databases)
    with telemetry.transaction() as transaction:
        assert transaction.first_seen([Received(row.event_id, TOLD)]) == []
