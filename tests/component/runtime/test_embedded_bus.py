"""A bus that ends holds nobody up, and loses nothing that was on its way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from time import monotonic

import eventlet
import pytest
from kombu import Connection

from shared.runtime import embedded_bus

QUEUE = "vigie.ending"
LONG_S = 60.0


@pytest.fixture
def link() -> Iterator[Connection]:
    embedded_bus.reset()
    with Connection(embedded_bus.URL, transport=embedded_bus.Transport) as opened:
        yield opened
    embedded_bus.reset()


def taken(link: Connection) -> list[object]:
    """What is delivered until there is no more, by somebody who would wait for long."""
    found: list[object] = []
    with link.channel() as channel:
        channel.queue_declare(QUEUE)
        channel.basic_consume(QUEUE, no_ack=True, callback=lambda message: found.append(message.body), consumer_tag="t")
        with suppress(TimeoutError):
            while True:
                link.drain_events(timeout=LONG_S)
    return found


def put(link: Connection) -> None:
    with link.channel() as channel:
        channel.queue_declare(QUEUE)
        channel.basic_publish(channel.prepare_message(b"{}"), exchange="", routing_key=QUEUE)


def test_who_waits_when_the_bus_ends_waits_no_longer(link: Connection) -> None:
    began = monotonic()
    waiting = eventlet.spawn(taken, link)
    eventlet.sleep(0)
    embedded_bus.end()
    assert waiting.wait() == []
    assert monotonic() - began < LONG_S / 2


def test_what_came_before_the_end_is_still_delivered(link: Connection) -> None:
    began = monotonic()
    put(link)
    put(link)
    embedded_bus.end()
    assert len(taken(link)) == 2
    assert monotonic() - began < LONG_S / 2
