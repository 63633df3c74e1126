"""The reference: a bare kombu consumer, which takes messages from a quorum queue and does nothing with them."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from kombu import Connection, Consumer, Queue

from benchmarks.publishing import Publisher

QUEUE: Final = "benchmark.bare"
_PREFETCH: Final = 1_000
_PATIENCE_S: Final = 30.0


@dataclass(frozen=True)
class Drained:
    """What a run gave: messages in a second, and the consumer's processor time for each, microseconds."""

    messages_per_s: float
    processor_us: float


def drain(address: str, bodies: Iterable[bytes], acknowledge: int = 1) -> Drained:
    """Drain these messages, all of which wait in the broker when the consumer begins.

    Args:
        acknowledge: so many messages with one word; 1: each, as kombu's own examples do.
    """
    with Connection(address) as link:
        queue = Queue(QUEUE, queue_arguments={"x-queue-type": "quorum"})
        queue(link.default_channel).declare()
        try:
            number = Publisher(link).publish_all(bodies, exchange="", key=QUEUE)
            return _drain(link, queue, number, acknowledge)
        finally:
            queue(link.default_channel).delete()


def _drain(link: Connection, queue: Queue, number: int, acknowledge: int) -> Drained:
    seen = 0

    def take(message: Any) -> None:
        nonlocal seen
        seen += 1
        if acknowledge == 1:
            message.ack()
        elif seen % acknowledge == 0 or seen == number:
            message.ack(multiple=True)

    with Consumer(link, [queue], on_message=take, prefetch_count=_PREFETCH):
        began, used = time.monotonic(), time.process_time()
        while seen < number:
            link.drain_events(timeout=_PATIENCE_S)
        seconds, used = time.monotonic() - began, time.process_time() - used
    return Drained(number / seconds, used / number * 1e6)
