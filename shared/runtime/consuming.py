"""The queues of one entrypoint on one connection, and the messages that it took and did not acknowledge yet."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

from kombu import Connection

from shared.runtime.link import hear, is_amqp, keep_alive

_WAIT_FOR_FIRST_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message as the bus gave it; ``tag`` counts the deliveries of a channel."""

    queue: str
    routing_key: str
    tag: Any
    headers: dict[str, Any]
    body: bytes


class Consuming:
    """Takes messages from those queues that are wanted.

    Args:
        wanted: names of the queues that may be consumed now.
        prefetch: how many messages of a queue the broker gives before any is acknowledged: what is taken but not
            handled is bounded by it, and the rest waits in the broker.
    """

    def __init__(self, link: Connection, wanted: Callable[[], Collection[str]], prefetch: int) -> None:
        self._link = link
        self._wanted = wanted
        self._channel = link.channel()
        self._channel.basic_qos(0, prefetch, False)
        self._prefetch = prefetch
        self._consumed: set[str] = set()
        self._is_real = is_amqp(link)
        self._in_hand: deque[Delivery] = deque()
        self._waited: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._in_hand)

    def follow(self) -> None:
        """Begin with queues that are wanted now; let go of those that are not, and give back what came of them."""
        wanted = set(self._wanted())
        dropped = self._consumed - wanted
        for name in dropped:
            self._channel.basic_cancel(name)
            self._waited.pop(name, None)
        if dropped:
            self._give_back(dropped)
        for name in sorted(wanted - self._consumed):
            self._begin(name)
        self._consumed = wanted

    def _begin(self, name: str) -> None:
        def take(message: Any) -> None:
            body = message.body if isinstance(message.body, bytes) else message.body.encode()
            key = message.delivery_info.get("routing_key", "")
            self._in_hand.append(Delivery(name, key, message.delivery_tag, message.headers or {}, body))

        self._waited[name] = self._count(name)
        self._channel.basic_consume(name, no_ack=False, callback=take, consumer_tag=name)

    def _give_back(self, names: set[str]) -> None:
        for delivery in self._in_hand:
            if delivery.queue in names:
                self._channel.basic_reject(delivery.tag, requeue=True)
        self._in_hand = deque(item for item in self._in_hand if item.queue not in names)

    def uses(self, names: Collection[str]) -> bool:
        """Whether one of these queues is consumed."""
        return not self._consumed.isdisjoint(names)

    def has_read(self, name: str) -> bool:
        """Whether all is handled that waited in the queue when it began to be consumed."""
        return self._waited.get(name) == 0

    def collect(self, most: int, wait_s: float) -> list[Delivery]:
        """The oldest messages in hand, up to ``most``: waits a while for the first, ``wait_s`` for all the others."""
        if self._in_hand or hear(self._link, _WAIT_FOR_FIRST_S):
            last = monotonic() + wait_s
            while len(self._in_hand) < most and hear(self._link, max(0.0, last - monotonic())):
                pass
        else:
            self._count_again()
        keep_alive(self._link)
        return [self._in_hand[index] for index in range(min(most, len(self._in_hand)))]

    def _count_again(self) -> None:
        """Nothing came for a while: what was counted may be gone. The answer comes behind all that was on its way."""
        for name in [name for name, waited in self._waited.items() if waited]:
            left = self._count(name)
            if not self._in_hand:
                self._waited[name] = left

    def _count(self, name: str) -> int:
        return int(self._channel.queue_declare(name, passive=True).message_count)

    def reads_on(self, wait_s: float) -> bool:
        """Take in what comes while messages are worked on: reading and the database's work overlap.

        Whether to ask again at once; the in-memory bus has nothing to gain by it.
        """
        if not self._is_real:
            return False
        hear(self._link, wait_s)
        keep_alive(self._link)
        return len(self._in_hand) < self._prefetch * len(self._consumed)

    def keep_alive(self) -> None:
        """Keep the connection while messages are worked on."""
        hear(self._link)
        keep_alive(self._link)

    def done(self, deliveries: Sequence[Delivery]) -> None:
        """Acknowledge the oldest messages in hand, which these are, but for those that were given back."""
        handled = [
            item for item in deliveries if self._in_hand and self._in_hand[0] is item and self._in_hand.popleft()
        ]
        for item in handled:
            self._waited[item.queue] = max(0, self._waited.get(item.queue, 0) - 1)
        if self._is_real and handled:
            # All that came before on this channel is done too, so one word acknowledges it.
            self._channel.basic_ack(handled[-1].tag, multiple=True)
            return
        for delivery in handled:
            self._channel.basic_ack(delivery.tag)
