"""The shared snapshot: one refresh at a time, at most one a second, and none while nobody looks."""

import threading
from dataclasses import replace

import pytest

from services.portal.snapshot_cache import SnapshotCache


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def cache(clock):
    return SnapshotCache(monotonic=clock)


@pytest.fixture
def wanted(cache):
    """Whether a refresher that looks now would refresh; it waits for nothing."""

    def look():
        return cache._wait_s() <= 0

    return look


def test_nothing_is_refreshed_while_nobody_looks(wanted):
    assert not wanted()


def test_listener_wants_a_refresh_a_second(cache, clock, wanted, flooded):
    listener = cache.listen("home")
    assert wanted()
    cache.keep(flooded, {"home"})
    clock.now += 0.99
    assert not wanted()
    clock.now += 0.02
    assert wanted()
    listener.close()
    assert not wanted()


def test_failed_refresh_is_not_tried_again_at_once(cache, clock, wanted):
    cache.listen("home")
    cache.keep(None, {"home"})
    assert not wanted()
    clock.now += 1
    assert wanted()


def test_listener_hears_of_another_snapshot_once(cache, clock, flooded):
    listener = cache.listen("home")
    cache.keep(flooded, {"home"})
    assert listener.next(0) is flooded
    cache.keep(replace(flooded), {"home"})
    assert listener.next(0) is None
    other = replace(flooded, alerts=())
    cache.keep(other, {"home"})
    assert listener.next(0) is other


def test_last_snapshot_is_given_when_a_newer_one_takes_too_long(flooded):
    cache = SnapshotCache(shortest_s=0.0)
    assert cache.current("home", longest_s=0) is None
    cache.keep(flooded, {"home"})
    assert cache.current("home", longest_s=0) is flooded


def test_readers_share_the_refresh_that_one_of_them_asked_for(flooded):
    cache = SnapshotCache(shortest_s=30)
    taken, found = [], []

    def refresh():
        while (pages := cache.wait_until_wanted()) is not None:
            taken.append(pages)
            cache.keep(flooded, pages)

    refresher = threading.Thread(target=refresh)
    readers = [threading.Thread(target=lambda: found.append(cache.current("home", longest_s=20))) for _ in range(8)]
    refresher.start()
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(30)
    cache.close()
    refresher.join(30)
    assert found == [flooded] * 8
    assert taken == [{"home"}]


def test_closing_lets_everybody_go(cache):
    listener = cache.listen("home")
    cache.close()
    assert listener.over
    assert listener.next(60) is None
    assert cache.wait_until_wanted() is None
    assert cache.current("home", longest_s=60) is None
    assert cache.listen("home") is None


def test_page_that_was_not_covered_lately_waits_less_than_a_second(cache, clock, wanted, flooded):
    cache.listen("home")
    cache.keep(flooded, {"home"})
    clock.now += 0.15
    assert not wanted()
    cache._asked.add("noise")
    assert wanted()
    assert cache.wait_until_wanted() == {"noise"}
    cache.keep(flooded, {"noise"})
    cache._asked.add("noise")
    clock.now += 0.15
    assert not wanted()


def test_refresh_covers_every_page_that_somebody_looks_at(cache, clock, flooded):
    for page in ("home", "water", "water"):
        cache.listen(page)
    assert cache.wait_until_wanted() == {"home", "water"}
