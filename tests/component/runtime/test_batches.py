"""A batch is handled whole or halved until the bad message stands alone; nothing good is lost with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import eventlet
import pytest
from kombu import Connection, Producer
from nameko.containers import ServiceContainer
from sqlalchemy import insert

from services.portal.storage.tables import METADATA
from shared import bus
from shared.model.message import encode
from shared.model.registry import Directorate, Inventory, RegistryChanged, Text
from shared.runtime import embedded_bus
from shared.runtime.activity import Activity
from shared.runtime.batches import batches
from shared.runtime.clock import SystemClock
from shared.runtime.database import Database, Received
from shared.runtime.message_store import MessageStore
from shared.runtime.message_tables import INBOX
from shared.runtime.providers import DatabaseProvider
from shared.runtime.topology import exchange_of

BAD, REFUSED = 7, 8


class Listener:
    """Handles revisions of the registry, but two of them never."""

    name: ClassVar = bus.PORTAL
    database = DatabaseProvider(METADATA, "services.portal.storage")
    handled: ClassVar[list[int]] = []

    @batches(bus.REGISTRY_CHANGED, RegistryChanged, size=16)
    def take(self, received: list[Received[RegistryChanged]]) -> None:
        with self.database.transaction() as transaction:
            fresh = transaction.first_seen(received)
            revisions = [item.message.revision for item in fresh]
            if BAD in revisions:
                raise ValueError("no handler can take this")
            if REFUSED in revisions:
                # A row that the database refuses is the message's fault, not a database that is away.
                transaction.connection.execute(insert(INBOX), [{"event_id": "x", "handled": None}])
        Listener.handled.extend(revisions)


def told(revision: int) -> bytes:
    inventory = Inventory(directorates=(Directorate(id="d", title=Text("x", "x")),))
    return encode(RegistryChanged(revision=revision, at=datetime(2022, 1, 1, tzinfo=UTC), inventory=inventory))


@pytest.fixture
def listening(database_of: Callable[[str], Database], tmp_path: Path) -> Iterator[tuple[Database, Activity]]:
    database = database_of(bus.PORTAL)
    with container(database) as activity:
        yield database, activity


@contextmanager
def container(database: Database) -> Iterator[Activity]:
    embedded_bus.reset()
    Listener.handled = []
    activity = Activity()
    activity.register(lambda: embedded_bus.depth("vigie.") > 0)
    config: dict[str, Any] = {
        "AMQP_URI": embedded_bus.URL,
        "alone": True,
        "activity": activity,
        "clock": SystemClock(),
        "timeline": None,
        "open_database": lambda _service: database,
    }
    running = ServiceContainer(Listener, config)
    running.start()
    yield activity
    running.stop()


def send(bodies: list[tuple[str, bytes]]) -> None:
    with Connection(embedded_bus.URL) as link:
        producer = Producer(link.channel())
        for identifier, body in bodies:
            producer.publish(
                body,
                exchange=exchange_of(bus.REGISTRY_CHANGED),
                routing_key=bus.REGISTRY_CHANGED.name,
                headers={"id": identifier},
                content_type="application/json",
                content_encoding="utf-8",
            )


def settle(activity: Activity) -> None:
    with eventlet.Timeout(60):
        while not activity.is_idle():
            eventlet.sleep(0.01)


def test_bad_messages_are_parked_alone_and_all_others_handled(listening: tuple[Database, Activity]) -> None:
    database, activity = listening
    send([(f"id-{revision}", told(revision)) for revision in range(1, 31)])
    send([("unreadable", b"{"), ("", b"{"), ("", b"[")])
    settle(activity)
    assert sorted(Listener.handled) == sorted(set(range(1, 31)) - {BAD, REFUSED})
    reasons = sorted(reason.split(":")[0] for _, reason in MessageStore(database).parked())
    assert reasons == ["IntegrityError", "ValueError", "unreadable", "unreadable", "unreadable"]


def test_a_repeated_message_is_handled_once(listening: tuple[Database, Activity]) -> None:
    _, activity = listening
    send([("same", told(1)), ("same", told(1))])
    settle(activity)
    send([("same", told(1))])
    settle(activity)
    assert Listener.handled == [1]
