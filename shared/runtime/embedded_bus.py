"""The bus inside one process: kombu's memory transport, mended for nameko's RPC, and woken instead of polled.

Redelivery, dead letters and limits exist only on RabbitMQ: what dies with this process is sent again from the
outboxes at the next start.
"""

from __future__ import annotations

from queue import Empty
from time import monotonic
from typing import Any, Final

from eventlet.event import Event
from eventlet.timeout import Timeout
from kombu.transport import TRANSPORT_ALIASES, memory, virtual

URL: Final = "vigie-embedded://localhost"
TRANSPORT_ALIASES["vigie-embedded"] = "shared.runtime.embedded_bus:Transport"

_waiting: Final[set[Event]] = set()
# A message can't be missed: it is looked for before each wait. This only bounds a wait without a time-out.
_LONGEST_WAIT_S: Final = 1.0
# nameko's consumers look only between two waits whether they shall stop, and kombu has them wait a second.
_ENDING_WAIT_S: Final = 0.01


class Message(virtual.Message):
    """A message whose properties name its content, as AMQP's do and nameko's RPC expects."""

    def __init__(self, payload: dict[str, Any], channel: Any = None, **options: Any) -> None:
        super().__init__(payload, channel=channel, **options)
        self.properties.setdefault("content_type", payload.get("content-type"))
        self.properties.setdefault("content_encoding", payload.get("content-encoding"))


class Channel(memory.Channel):
    """A channel that wakes whoever waits when a message is put."""

    Message = Message

    def _put(self, queue: str, message: Any, **options: Any) -> None:
        super()._put(queue, message, **options)
        _wake()

    def _put_fanout(self, exchange: str, message: Any, routing_key: str | None = None, **options: Any) -> None:
        super()._put_fanout(exchange, message, routing_key, **options)
        _wake()

    def close(self) -> None:
        # kombu's own close forgets every queue of this channel object; they are everybody's.
        virtual.Channel.close(self)


class Transport(memory.Transport):
    """The transport behind ``URL``."""

    Channel = Channel
    global_state = virtual.BrokerState()
    polling_interval = 0
    ending = False

    def drain_events(self, connection: Any, timeout: float | None = None) -> None:
        """Deliver one message, waiting for it up to ``timeout`` seconds.

        Raises:
            TimeoutError: none came, or the bus is ending.
        """
        deadline = None if timeout is None else monotonic() + timeout
        while True:
            try:
                self.cycle.get(self._deliver, timeout=timeout)
            except Empty:
                left = _LONGEST_WAIT_S if deadline is None else deadline - monotonic()
                if left <= 0:
                    raise TimeoutError from None
                _wait(min(left, _ENDING_WAIT_S if self.ending else _LONGEST_WAIT_S))
                if self.ending:
                    deadline = monotonic()
            else:
                return


def _wake() -> None:
    waiting = list(_waiting)
    _waiting.clear()
    for event in waiting:
        event.send()


def _wait(seconds: float) -> None:
    event = Event()
    _waiting.add(event)
    with Timeout(seconds, False):
        event.wait()
    _waiting.discard(event)


def depth(prefix: str) -> int:
    """How many messages wait in queues whose names begin so."""
    return sum(queue.qsize() for name, queue in list(Channel.queues.items()) if name.startswith(prefix))


def end() -> None:
    """From now on whoever waits for messages sees at once whether it shall stop; messages still come."""
    Transport.ending = True
    _wake()


def reset() -> None:
    """Forget all queues, as a broker that starts anew; for a process that embeds the city more than once."""
    Transport.ending = False
    Channel.queues.clear()
    Transport.global_state.clear()
