"""The entrypoint of every event: a worker gets a batch, and the batch is acknowledged when the worker has returned."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Sequence
from typing import Any, Final

import eventlet
import msgspec
from eventlet.event import Event
from kombu import Connection, Consumer, Queue
from nameko.extensions import Entrypoint
from prometheus_client import Counter, Histogram

from shared import bus
from shared.model.message import Message, decode
from shared.runtime.database import Database, Received
from shared.runtime.providers import DATABASE_AWAY, LINK_ERRORS, DatabaseProvider, exchange_of

_log: Final = logging.getLogger(__name__)
_RETRY_S: Final = 1.0
_ATTEMPTS: Final = 3

_SIZE: Final = Histogram(
    "vigie_batch_messages", "Messages in a batch.", ["service", "event"], buckets=(1, 2, 5, 10, 50, 100, 200, 500)
)
_DURATION: Final = Histogram("vigie_batch_duration_seconds", "Time to handle a batch.", ["service", "event"])
_RETRIES: Final = Counter("vigie_batch_retries_total", "Batches tried again for a lost database.", ["service", "event"])
_PARKED: Final = Counter("vigie_batch_parked_total", "Messages that no handler could take.", ["service", "event"])


class _Raw:
    """A message as the bus gave it, with what it says."""

    def __init__(self, message: Any, content: Received[Any]) -> None:
        self.message = message
        self.content = content


class Batches(Entrypoint):
    """Hands the method a list of ``Received`` messages of one event.

    Args:
        event: the one to consume.
        kind: the type of its messages.
        size: the most messages in a batch.
        wait_s: how long to wait for more when the queue is empty, seconds.
    """

    def __init__(self, event: bus.Event, kind: type[Message], size: int = 500, wait_s: float = 0.02) -> None:
        self.event = event
        self.kind = kind
        self.size = size
        self.wait_s = wait_s
        self._in_hand: list[_Raw] = []
        self._stopping = False
        super().__init__()

    def setup(self) -> None:
        self._service = self.container.service_name
        self._queues = [
            Queue(name, exchange_of(self.event), routing_key=key, durable=True)
            for name, key in zip(self.event.queues(self._service), self.event.routing_keys(), strict=True)
        ]
        self.container.config["activity"].register(lambda: bool(self._in_hand))
        # Queues exist before anything is published, or it would be lost without a word.
        with Connection(self.container.config["AMQP_URI"]) as link:
            for queue in self._queues:
                queue(link.default_channel).declare()

    def start(self) -> None:
        self._thread = self.container.spawn_managed_thread(self._consume_for_ever)

    def stop(self) -> None:
        self._stopping = True
        self._thread.wait()

    @property
    def _database(self) -> Database:
        provider = next(item for item in self.container.dependencies if isinstance(item, DatabaseProvider))
        return provider.database

    def _consume_for_ever(self) -> None:
        while not self._stopping:
            try:
                with Connection(self.container.config["AMQP_URI"]) as link:
                    self._consume(link)
            except LINK_ERRORS as error:
                self._in_hand = []
                _log.warning("the bus is away: %s", type(error).__name__, extra={"service": self._service})
                eventlet.sleep(_RETRY_S)

    def _consume(self, link: Connection) -> None:
        channel = link.channel()
        consumer = Consumer(channel, self._queues, on_message=self._take, prefetch_count=2 * self.size)
        with consumer:
            while not self._stopping:
                self._collect(link)
                if batch := self._in_hand[: self.size]:
                    self._handle(batch)
                    for raw in batch:
                        raw.message.ack()
                    self._in_hand = self._in_hand[len(batch) :]

    def _collect(self, link: Connection) -> None:
        """Take what is there, up to a batch; wait only for the first message."""
        wait = _RETRY_S / 2
        while len(self._in_hand) < self.size:
            try:
                link.drain_events(timeout=wait)
            except TimeoutError:
                return
            wait = self.wait_s if self.container.config["timeline"] is None else 0

    def _take(self, message: Any) -> None:
        # Only a stranger sends without an id; it then can't be told from a repetition.
        identifier = message.headers.get("id") or str(uuid.uuid4())
        body = message.body if isinstance(message.body, bytes) else message.body.encode()
        try:
            content = Received(identifier, decode(body, self.kind))
        except msgspec.DecodeError as error:
            self._park(message, identifier, f"unreadable: {error}")
            message.ack()
            return
        self._in_hand.append(_Raw(message, content))

    def _handle(self, batch: Sequence[_Raw]) -> None:
        """Run a worker for the batch; if it raises, halve the batch until the bad message stands alone."""
        _SIZE.labels(self._service, self.event.name).observe(len(batch))
        began = time.monotonic()
        error = self._attempt(batch)
        _DURATION.labels(self._service, self.event.name).observe(time.monotonic() - began)
        if error is None:
            return
        if len(batch) > 1:
            middle = len(batch) // 2
            self._handle(batch[:middle])
            self._handle(batch[middle:])
            return
        self._park(batch[0].message, batch[0].content.id, f"{type(error).__name__}: {error}")

    def _attempt(self, batch: Sequence[_Raw]) -> BaseException | None:
        """The worker's error; a lost database is waited for, any other error is tried again if it stands alone."""
        attempts = _ATTEMPTS if len(batch) == 1 else 1
        while True:
            error = self._run_worker([raw.content for raw in batch])
            if isinstance(error, DATABASE_AWAY):
                _RETRIES.labels(self._service, self.event.name).inc()
                _log.warning("the database is away: %s", type(error).__name__, extra={"service": self._service})
                eventlet.sleep(_RETRY_S)
                continue
            attempts -= 1
            if error is None or attempts == 0:
                return error

    def _run_worker(self, received: list[Received[Any]]) -> BaseException | None:
        done = Event()

        def finish(_context: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            done.send(None if exc_info is None else exc_info[1])
            return result, exc_info

        self.container.spawn_worker(self, (received,), {}, handle_result=finish)
        error: BaseException | None = done.wait()
        return error

    def _park(self, message: Any, identifier: str, reason: str) -> None:
        body = message.body if isinstance(message.body, bytes) else message.body.encode()
        self._database.park(identifier, message.delivery_info.get("routing_key", ""), body, reason)
        _PARKED.labels(self._service, self.event.name).inc()
        _log.error("a message was parked", extra={"service": self._service, "event": self.event.name, "why": reason})


batches = Batches.decorator
