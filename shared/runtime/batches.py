"""The entrypoint of everything that comes over the bus: a worker gets a batch, which is acknowledged when it returns.

A worker that raises has its batch halved until the bad message stands alone; that one is parked with its reason, and
the others are handled. A lost database is waited for. Whatever is delivered again is known by its id.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Collection, Sequence
from typing import Any, Final

import eventlet
import msgspec
from eventlet.event import Event
from eventlet.timeout import Timeout
from nameko.extensions import Entrypoint
from prometheus_client import Counter, Gauge, Histogram

from shared import bus
from shared.errors import LeaseLost, NotReady
from shared.model.message import Message, decode
from shared.model.uplinks import Uplink
from shared.runtime import topology
from shared.runtime.backlog import BacklogProvider
from shared.runtime.consuming import Consuming, Delivery
from shared.runtime.database import Database, Received
from shared.runtime.leases import Leases
from shared.runtime.link import LINK_ERRORS, connected, is_database_away
from shared.runtime.message_store import MessageStore
from shared.runtime.providers import DatabaseProvider, LeasesProvider

_log: Final = logging.getLogger(__name__)
_RETRY_S: Final = 1.0
_LOOK_S: Final = 0.5
_SLICE_S: Final = 0.002
_ATTEMPTS: Final = 3
_DIGEST_BYTES: Final = 16

_LABELS: Final = ["service", "event"]
_SIZE: Final = Histogram(
    "vigie_batch_messages", "Messages in a batch.", _LABELS, buckets=(1, 2, 5, 10, 50, 100, 200, 500)
)
_DURATION: Final = Histogram("vigie_batch_duration_seconds", "Time to handle a batch.", _LABELS)
_LAG: Final = Histogram(
    "vigie_batch_lag_seconds",
    "From a message's commit by its producer to the end of its handling, of the oldest in a batch.",
    _LABELS,
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
)
_IN_HAND: Final = Gauge("vigie_batch_in_hand", "Messages taken from the bus and not handled yet.", _LABELS)
_RETRIES: Final = Counter(
    "vigie_batch_retries_total", "Batches tried again, by what they waited for.", [*_LABELS, "why"]
)
_PARKED: Final = Counter("vigie_batch_parked_total", "Messages that no handler could take.", _LABELS)


class Batches(Entrypoint):
    """Hands the method a list of ``Received``.

    Args:
        source: an event, or an inlet for what comes from outside.
        read: makes a message of a delivery; ``msgspec.DecodeError`` where it can't be read.
        size: the most messages in a batch.
        wait_s: how long to wait for more when the queue is empty, seconds.
        leased: consume only what this replica holds a lease for, and nothing while it holds none.
    """

    def __init__(
        self,
        source: bus.Event | bus.Inlet,
        read: Callable[[Delivery], Any],
        size: int = 500,
        wait_s: float = 0.005,
        *,
        leased: bool = False,
    ) -> None:
        self.source = source
        self.read = read
        self.size = size
        self.wait_s = wait_s
        self.leased = leased
        self._is_outside = isinstance(source, bus.Inlet)
        self._consuming: Consuming | None = None
        self._busy = False
        self._stopping = False
        super().__init__()

    def setup(self) -> None:
        service = self.container.service_name
        self._labels = (service, self.source.name)
        self._live = self.container.config["timeline"] is None
        self._parts = self._parts_by_queue(service)
        self.container.config["activity"].register(lambda: self._busy or self._number_in_hand() > 0)
        _IN_HAND.labels(*self._labels).set_function(self._number_in_hand)
        # Queues exist before anything is published, or it would be lost without a word.
        topology.make_or_require_consumed(self.container.config["AMQP_URI"], self.source, service)

    def _parts_by_queue(self, service: str) -> dict[str, int | None]:
        """Each queue with the lease that it needs, if any."""
        if isinstance(self.source, bus.Inlet):
            return {self.source.queue: None}
        queues = self.source.queues(service)
        if not self.leased:
            return dict.fromkeys(queues)
        return {name: part if self.source.partitioned else 0 for part, name in enumerate(queues)}

    def start(self) -> None:
        if self.leased:
            self._provider(LeasesProvider).use(self._uses)
            for provider in self.container.dependencies:
                if isinstance(provider, BacklogProvider) and self._live:
                    provider.backlog.ask(self._has_read)
        self._thread = self.container.spawn_managed_thread(self._consume_for_ever)

    def stop(self) -> None:
        self._stopping = True
        self._thread.wait()

    def _provider(self, kind: type[Any]) -> Any:
        return next(item for item in self.container.dependencies if isinstance(item, kind))

    def _number_in_hand(self) -> int:
        return 0 if self._consuming is None else len(self._consuming)

    def _uses(self, part: int) -> bool:
        names = [name for name, needed in self._parts.items() if needed == part]
        return self._consuming is not None and (self._busy or self._consuming.uses(names))

    def _has_read(self, part: int) -> bool:
        consuming = self._consuming
        names = [name for name, needed in self._parts.items() if needed == part]
        return consuming is not None and all(consuming.has_read(name) for name in names)

    def _wanted(self) -> Collection[str]:
        if self._stopping:
            return ()
        if not self.leased:
            return self._parts.keys()
        leases: Leases = self._provider(LeasesProvider).leases
        held = leases.held()
        return [name for name, part in self._parts.items() if part in held]

    def _consume_for_ever(self) -> None:
        while not self._stopping:
            try:
                with connected(self.container.config["AMQP_URI"]) as link:
                    self._consuming = Consuming(link, self._wanted, self._prefetch)
                    self._consume(self._consuming)
            except (*LINK_ERRORS, NotReady) as error:
                _log.warning("the bus is away", extra={"service": self._labels[0], "why": type(error).__name__})
                eventlet.sleep(_RETRY_S)
            finally:
                # What was in hand comes again: the broker has no acknowledgement of it.
                self._consuming = None

    @property
    def _prefetch(self) -> int:
        return max(10, 2 * self.size // len(self._parts))

    def _consume(self, consuming: Consuming) -> None:
        while not self._stopping:
            consuming.follow()
            batch = consuming.collect(self.size, self.wait_s if self._live else 0)
            if batch:
                self._busy = True
                try:
                    self._take(consuming, batch)
                finally:
                    self._busy = False
        # What is in hand and was not begun goes back to the queue, for whoever comes next.
        consuming.follow()

    def _take(self, consuming: Consuming, batch: Sequence[Delivery]) -> None:
        readable = [(delivery, content) for delivery in batch if (content := self._read(delivery)) is not None]
        self._handle(consuming, readable)
        consuming.done(batch)
        committed = [moment for delivery in batch if (moment := delivery.headers.get("committed")) is not None]
        if committed and not self._is_outside:
            _LAG.labels(*self._labels).observe(max(0.0, time.time() - min(committed)))

    def _read(self, delivery: Delivery) -> Received[Any] | None:
        try:
            return Received(self._id_of(delivery), self.read(delivery))
        except msgspec.DecodeError as error:
            self._park(delivery, f"unreadable: {error}")
            return None

    def _handle(self, consuming: Consuming, batch: Sequence[tuple[Delivery, Received[Any]]]) -> None:
        """Run a worker for the batch; if it raises, halve the batch until the bad message stands alone."""
        if not batch:
            return
        _SIZE.labels(*self._labels).observe(len(batch))
        with _DURATION.labels(*self._labels).time():
            error = self._attempt(consuming, batch)
        if error is None:
            return
        if isinstance(error, LeaseLost):
            wanted = self._wanted()
            consuming.follow()
            self._handle(consuming, [item for item in batch if item[0].queue in wanted])
            return
        if len(batch) > 1:
            middle = len(batch) // 2
            self._handle(consuming, batch[:middle])
            self._handle(consuming, batch[middle:])
            return
        self._park(batch[0][0], f"{type(error).__name__}: {error}")

    def _attempt(self, consuming: Consuming, batch: Sequence[tuple[Delivery, Received[Any]]]) -> BaseException | None:
        """The worker's error; what only needs time is waited for, any other error is tried again if it stands alone."""
        attempts = _ATTEMPTS if len(batch) == 1 else 1
        while True:
            error = self._run_worker(consuming, [content for _, content in batch])
            waits = is_database_away(error) or isinstance(error, NotReady)
            if waits and not self._stopping:
                _RETRIES.labels(*self._labels, type(error).__name__).inc()
                _log.warning("tried again in a moment", extra={"service": self._labels[0], "why": str(error)})
                consuming.keep_alive()
                eventlet.sleep(_RETRY_S)
                continue
            if waits and error is not None:
                raise error
            attempts -= 1
            if error is None or attempts == 0 or isinstance(error, LeaseLost):
                return error

    def _run_worker(self, consuming: Consuming, received: list[Received[Any]]) -> BaseException | None:
        """Run it to its end, also if the bus is lost meanwhile: the same messages must not be handled twice at once."""
        done = Event()

        def finish(_context: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            done.send(None if exc_info is None else exc_info[1])
            return result, exc_info

        self.container.spawn_worker(self, (received,), {}, handle_result=finish)
        lost: BaseException | None = None
        while not done.ready():
            try:
                if lost is None and consuming.reads_on(_SLICE_S):
                    continue
            except LINK_ERRORS as away:
                lost = away
            with Timeout(_LOOK_S, False):
                done.wait()
        if lost is not None:
            raise lost
        error: BaseException | None = done.wait()
        return error

    def _id_of(self, delivery: Delivery) -> str:
        """Its id. What comes from outside has none that we believe: the same words are the same message."""
        identifier = None if self._is_outside else delivery.headers.get("id")
        if identifier:
            return str(identifier)
        topic = delivery.routing_key.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(topic + b"\0" + delivery.body, digest_size=_DIGEST_BYTES).hexdigest()

    def _park(self, delivery: Delivery, reason: str) -> None:
        database: Database = self._provider(DatabaseProvider).database
        MessageStore(database).park(self._id_of(delivery), delivery.queue, delivery.body, reason)
        _PARKED.labels(*self._labels).inc()
        service, event = self._labels
        _log.error("a message was parked", extra={"service": service, "event": event, "why": reason})


def _reader(kind: type[Message]) -> Callable[[Delivery], Message]:
    return lambda delivery: decode(delivery.body, kind)


def batches(source: bus.Event, kind: type[Message], size: int = 500, *, leased: bool = False) -> Any:
    """Decorates a method that takes batches of an event: ``list[Received[kind]]``."""
    return Batches.decorator(source, _reader(kind), size, leased=leased)


def uplinks(source: bus.Inlet, size: int = 500) -> Any:
    """Decorates a method that takes batches of what comes from outside, unread: ``list[Received[Uplink]]``."""
    return Batches.decorator(source, lambda delivery: Uplink(delivery.routing_key, delivery.body), size)
