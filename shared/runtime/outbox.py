"""Sends what a service's outbox holds: soon after each commit, in the order of the commits, until the broker has it."""

from __future__ import annotations

import logging
import time
from typing import Final

import eventlet
from eventlet.event import Event
from eventlet.timeout import Timeout
from kombu import Connection
from prometheus_client import Counter, Gauge

from shared.runtime.confirming import Confirming
from shared.runtime.database import Database
from shared.runtime.link import LINK_ERRORS, connected, hear, is_amqp, keep_alive
from shared.runtime.message_store import MessageStore

_log: Final = logging.getLogger(__name__)
_BATCH: Final = 500
_RETRY_S: Final = 1.0

_SENT: Final = Counter("vigie_outbox_sent_total", "Messages sent from the outbox.", ["service", "event"])
_FAILURES: Final = Counter("vigie_outbox_failures_total", "Attempts to send that failed.", ["service"])
_AGE: Final = Gauge("vigie_outbox_oldest_seconds", "Age of the oldest message that is not sent.", ["service"])


class OutboxSender:
    """The one who sends, in a green thread of its own."""

    def __init__(self, service: str, database: Database, uri: str) -> None:
        self._service = service
        self._store = MessageStore(database)
        self._uri = uri
        self._stopping = False
        self._wanted: Event | None = None
        self._dirty = True
        self._sending = False
        database.on_commit(self._on_commit)
        self._oldest: float | None = None
        # From memory: who asks for metrics must get them above all when the database is away.
        _AGE.labels(service).set_function(lambda: 0.0 if self._oldest is None else time.time() - self._oldest)

    @property
    def busy(self) -> bool:
        """Whether something may be there to send."""
        return self._dirty or self._sending

    def stop(self) -> None:
        """Send what is there, then end."""
        self._stopping = True
        self._wake()

    def _on_commit(self, published: bool) -> None:
        if published:
            self._dirty = True
            self._wake()

    def _wake(self) -> None:
        if self._wanted is not None and not self._wanted.ready():
            self._wanted.send()

    def run(self) -> None:
        """Send until it is stopped; a bus or database that is away is waited for."""
        while not self._stopping or self._dirty:
            try:
                with connected(self._uri) as link:
                    self._send_over(link)
            except LINK_ERRORS as error:
                _FAILURES.labels(self._service).inc()
                _log.warning("nothing can be sent", extra={"service": self._service, "why": type(error).__name__})
                self._dirty = True
                if self._stopping:
                    return
                eventlet.sleep(_RETRY_S)

    def _send_over(self, link: Connection) -> None:
        channel = Confirming(link)
        while True:
            self._wanted = Event()
            # Cleared first: what is committed while we send is looked for in another round.
            self._dirty = False
            if self._send(channel) == _BATCH or self._dirty:
                continue
            if self._stopping:
                return
            with Timeout(_RETRY_S, False):
                self._wanted.wait()
            if is_amqp(link):
                hear(link)
            keep_alive(link)

    def _send(self, channel: Confirming) -> int:
        self._sending = True
        try:
            with self._store.sending(_BATCH) as rows:
                self._oldest = rows[0].created if rows else None
                for row in rows:
                    channel.publish(row)
                channel.wait()
        finally:
            self._sending = False
        self._oldest = None
        for row in rows:
            _SENT.labels(self._service, row.event).inc()
        return len(rows)
