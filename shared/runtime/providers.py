"""What the runtime injects into services: the clock, and the service's database with its outbox."""

from __future__ import annotations

import logging
from typing import Any, Final

import eventlet
from amqp.exceptions import AMQPError
from eventlet.event import Event
from eventlet.timeout import Timeout
from kombu import Connection, Exchange, Producer
from kombu.exceptions import OperationalError as BusAway
from nameko.extensions import DependencyProvider
from prometheus_client import Counter, Gauge
from sqlalchemy import MetaData
from sqlalchemy.exc import InterfaceError, OperationalError

from shared import bus
from shared.runtime.clock import Clock
from shared.runtime.database import Database, OutboxRow
from shared.runtime.migrating import require_current

DATABASE_AWAY: Final = (OperationalError, InterfaceError)
"""What a lost database looks like; what it refuses (a value, a row) is another thing and no second try mends it."""

LINK_ERRORS: Final = (BusAway, AMQPError, OSError, *DATABASE_AWAY)
"""What a lost broker or database looks like to who holds the connections; the work is tried again."""

_log: Final = logging.getLogger(__name__)
_BATCH: Final = 500
_RETRY_S: Final = 1.0

_SENT: Final = Counter("vigie_outbox_sent_total", "Messages sent from the outbox.", ["service", "event"])
_FAILURES: Final = Counter("vigie_outbox_failures_total", "Attempts to reach the bus that failed.", ["service"])
_AGE: Final = Gauge("vigie_outbox_oldest_seconds", "Age of the oldest unsent message.", ["service"])


class ClockProvider(DependencyProvider):
    """Injects the process's clock."""

    def get_dependency(self, worker_ctx: Any) -> Clock:
        clock: Clock = self.container.config["clock"]
        return clock


class DatabaseProvider(DependencyProvider):
    """Injects the service's database, and sends what its outbox holds.

    Args:
        metadata: the service's tables.
        package: the one whose ``migrations`` folder makes them.
    """

    def __init__(self, metadata: MetaData, package: str) -> None:
        self.metadata = metadata
        self.package = package
        self._stopping = False
        self._wanted: Event | None = None
        self._dirty = True
        self._sending = False
        super().__init__()

    def setup(self) -> None:
        self.database: Database = self.container.config["open_database"](self.container.service_name)
        require_current(self.database, self.package)
        self.database.on_commit(self._on_commit)
        self.container.config["activity"].register(lambda: self._dirty or self._sending)
        _AGE.labels(self.container.service_name).set_function(lambda: self.database.oldest_unsent() or 0.0)

    def start(self) -> None:
        self._thread = self.container.spawn_managed_thread(self._send_for_ever)

    def stop(self) -> None:
        self._stopping = True
        self._wake()
        self._thread.wait()

    def get_dependency(self, worker_ctx: Any) -> Database:
        return self.database

    def _on_commit(self, published: bool) -> None:
        if published:
            self._dirty = True
            self._wake()

    def _wake(self) -> None:
        if self._wanted is not None and not self._wanted.ready():
            self._wanted.send()

    def _send_for_ever(self) -> None:
        service = self.container.service_name
        while not self._stopping:
            try:
                with Connection(self.container.config["AMQP_URI"], transport_options={"confirm_publish": True}) as link:
                    self._send_over(link)
            except LINK_ERRORS as error:
                _FAILURES.labels(service).inc()
                _log.warning("the bus is away: %s", type(error).__name__, extra={"service": service})
                eventlet.sleep(_RETRY_S)

    def _send_over(self, link: Connection) -> None:
        producer = Producer(link.channel())
        exchanges: dict[str, Exchange] = {}
        while True:
            self._wanted = Event()
            # Cleared first: what is committed while we send is looked for in another round.
            self._dirty = False
            found = self.database.unsent(_BATCH)
            self._sending = bool(found)
            self._publish(producer, exchanges, found)
            self.database.mark_sent(found)
            self._sending = False
            if self._dirty or len(found) == _BATCH:
                continue
            if self._stopping:
                return
            with Timeout(_RETRY_S, False):
                self._wanted.wait()

    def _publish(self, producer: Producer, exchanges: dict[str, Exchange], rows: list[OutboxRow]) -> None:
        for row in rows:
            if row.event not in exchanges:
                exchanges[row.event] = exchange_of(bus.event_named(row.event))
            producer.publish(
                row.body,
                exchange=exchanges[row.event],
                declare=[exchanges[row.event]],
                routing_key=row.routing_key,
                message_id=row.event_id,
                headers={"id": row.event_id},
                content_type="application/json",
                content_encoding="utf-8",
                delivery_mode=2,
            )
            _SENT.labels(self.container.service_name, row.event).inc()


def exchange_of(event: bus.Event) -> Exchange:
    """The exchange that carries an event."""
    return Exchange(event.exchange, type=event.exchange_type, durable=True)
