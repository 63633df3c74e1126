"""Server-sent events: first everything, then what changed, a sign of life in between, and an end."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from services.portal.assets import address
from services.portal.domain.pages import HOME, OTHERS, WATER
from services.portal.rendering import Renderer
from services.portal.snapshot_cache import SnapshotCache
from services.portal.streaming import Stream


class Ticking:
    """A clock that moves a step at each look."""

    def __init__(self, step_s):
        self.now, self.step_s = 0.0, step_s

    def __call__(self):
        self.now += self.step_s
        return self.now


@pytest.fixture
def cache():
    return SnapshotCache(monotonic=Ticking(0.4))


@pytest.fixture
def stream(cache):
    made = Stream(cache.listen("home"), Renderer(address), "fr", HOME, heartbeat_s=15, monotonic=Ticking(4))
    assert next(made) == b"retry: 3000\n\n"
    return made


def sections(piece):
    kind, data = piece.decode().removesuffix("\n\n").split("\n")
    assert kind == "event: sections"
    return json.loads(data.removeprefix("data: "))


def test_first_event_has_every_section_and_the_next_only_those_that_changed(cache, stream, flooded):
    cache.keep(flooded, {"home"})
    first = sections(next(stream))
    assert tuple(first) == HOME.sections
    cache.keep(replace(flooded, lamps=()), {"home"})
    assert list(sections(next(stream))) == ["tiles", "map"]


def test_digests_are_those_of_the_page(cache, stream, flooded):
    cache.keep(flooded, {"home"})
    page = Renderer(address).page(flooded, "fr", HOME)
    for name, (digest, html) in sections(next(stream)).items():
        assert f'data-section="{name}" data-digest="{digest}"' in page
        assert html in page


def test_equal_snapshot_is_not_sent_again_and_silence_is_a_comment(cache, stream, flooded):
    cache.keep(flooded, {"home"})
    next(stream)
    cache.keep(replace(flooded), {"home"})
    assert next(stream) == b": alive\n\n"


def test_later_time_alone_is_sent_alone(cache, stream, flooded):
    cache.keep(replace(flooded, latest=(), series={}), {"home"})
    next(stream)
    cache.keep(replace(flooded, latest=(), series={}, now=flooded.now + timedelta(minutes=5)), {"home"})
    assert list(sections(next(stream))) == ["time"]


def test_stream_ends_when_the_site_closes():
    closing = []
    cache = SnapshotCache(is_closing=lambda: bool(closing))
    stream = Stream(cache.listen("home"), Renderer(address), "fr", HOME)
    next(stream)
    closing.append(True)
    assert list(stream) == []


def test_place_is_given_back_when_the_browser_leaves(cache):
    stream = Stream(cache.listen("home"), Renderer(address), "fr", HOME)
    assert cache.listening == 1
    stream.close()
    assert cache.listening == 0


def test_streams_over_the_limit_are_refused_until_one_leaves(client, portal, flooded):
    portal.snapshots.keep(flooded, {"home"})
    streams = [client.get("/events", buffered=False) for _ in range(2)]
    assert streams[0].headers["Content-Type"].startswith("text/event-stream")
    refused = client.get("/events")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    streams[0].close()
    again = client.get("/events?lang=en&page=lighting", buffered=False)
    assert again.status_code == 200
    pieces = iter(again.response)
    assert next(pieces) == b"retry: 3000\n\n"
    assert "Decided by" in next(pieces).decode()
    for stream in (streams[1], again):
        stream.close()
    assert portal.snapshots.listening == 0


def test_stream_has_the_sections_of_its_page_alone(cache, flooded):
    for page, listed in ((WATER, WATER.sections), (OTHERS, ("time",))):
        made = Stream(cache.listen(page.id), Renderer(address), "en", page)
        next(made)
        cache.keep(replace(flooded, now=flooded.now + timedelta(minutes=len(listed))), {page.id})
        assert tuple(sections(next(made))) == listed
