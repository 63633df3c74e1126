"""A part lags behind until what waited for it is handled; and it is waited for, but not for ever."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from kombu import Connection

from shared.runtime import embedded_bus
from shared.runtime.backlog import PATIENCE_S, Backlog
from shared.runtime.consuming import Consuming
from shared.runtime.link import connected

QUEUE = "vigie.backlog"


def put(uri: str, queue: str, number: int) -> None:
    with Connection(uri, transport=embedded_bus.Transport if uri == embedded_bus.URL else None) as link:
        channel = link.channel()
        for _ in range(number):
            channel.basic_publish(channel.prepare_message(b"{}"), exchange="", routing_key=queue)


@pytest.fixture
def link() -> Iterator[Connection]:
    embedded_bus.reset()
    with connected(embedded_bus.URL) as opened:
        opened.channel().queue_declare(QUEUE, durable=True)
        yield opened


def test_what_waited_is_read_when_it_is_handled_and_what_comes_later_is_not_waited_for(link: Connection) -> None:
    wanted = [QUEUE]
    consuming = Consuming(link, lambda: wanted, prefetch=20)
    check_reading(consuming, QUEUE, lambda number: put(embedded_bus.URL, QUEUE, number))
    wanted.clear()
    consuming.follow()
    assert not consuming.has_read(QUEUE)
    wanted.append(QUEUE)
    consuming.follow()
    assert not consuming.has_read(QUEUE)
    consuming.done(consuming.collect(2, 1.0))
    assert consuming.has_read(QUEUE)


def check_reading(consuming: Consuming, queue: str, put_some: Callable[[int], None]) -> None:
    """Read five of seven, on whatever bus."""
    put_some(5)
    assert not consuming.has_read(queue)
    consuming.follow()
    put_some(2)
    first = consuming.collect(3, 1.0)
    assert len(first) == 3
    assert not consuming.has_read(queue)
    consuming.done(first)
    assert not consuming.has_read(queue)
    consuming.done(consuming.collect(2, 1.0))
    assert consuming.has_read(queue)


def test_what_was_counted_and_is_gone_is_not_waited_for(link: Connection) -> None:
    put(embedded_bus.URL, QUEUE, 2)
    consuming = Consuming(link, lambda: [QUEUE], prefetch=20)
    consuming.follow()
    with Connection(embedded_bus.URL, transport=embedded_bus.Transport) as other:
        other.channel().queue_purge(QUEUE)
    assert not consuming.has_read(QUEUE)
    assert consuming.collect(2, 1.0) == []
    assert consuming.has_read(QUEUE)


def test_an_empty_queue_is_read_at_once(link: Connection) -> None:
    consuming = Consuming(link, lambda: [QUEUE], prefetch=20)
    consuming.follow()
    assert consuming.has_read(QUEUE)


class Watch:
    """Seconds that grow when the test says so."""

    seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_a_part_is_behind_until_every_reader_has_read() -> None:
    backlog, read = Backlog("s", Watch()), {1: set[int](), 2: set[int]()}
    for done in read.values():
        backlog.ask(done.__contains__)
    assert backlog.behind({0, 1}) == {0, 1}
    read[1] |= {0, 1}
    read[2] |= {1}
    assert backlog.behind({0, 1}) == {0}
    assert backlog.behind({1}) == frozenset()


def test_it_is_not_waited_for_longer_than_is_good_for_the_lights() -> None:
    watch = Watch()
    backlog = Backlog("s", watch)
    backlog.ask(lambda part: part != 0)
    assert backlog.behind({0, 1}) == {0}
    watch.seconds += PATIENCE_S
    assert backlog.behind({0, 1}) == {0}
    watch.seconds += 1
    assert backlog.behind({0, 1}) == frozenset()


def test_patience_begins_anew_when_a_part_comes_back() -> None:
    watch = Watch()
    backlog = Backlog("s", watch)
    backlog.ask(lambda part: False)
    assert backlog.behind({0}) == {0}
    watch.seconds += PATIENCE_S + 1
    assert backlog.behind({0}) == frozenset()
    assert backlog.behind(()) == frozenset()
    assert backlog.behind({0}) == {0}


def test_without_a_reader_nothing_is_waited_for() -> None:
    assert Backlog("s", Watch()).behind({0}) == frozenset()
