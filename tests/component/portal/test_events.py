"""Server-sent events: first everything, then what changed, a sign of life in between, and an end."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from services.portal.assets import address
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
    made = Stream(cache.listen(), Renderer(address), "fr", heartbeat_s=15, monotonic=Ticking(4))
    assert next(made) == b"retry: 3000\n\n"
    return made


def sections(piece):
    kind, data = piece.decode().removesuffix("\n\n").split("\n")
    assert kind == "event: sections"
    return json.loads(data.removeprefix("data: "))


def test_first_event_has_every_section_and_the_next_only_those_that_changed(cache, stream, flooded):
    cache.keep(flooded)
    first = sections(next(stream))
    assert list(first) == [
        "time",
        "summary",
        "alerts",
        "incidents",
        "flood",
        "lamps",
        "outbox",
        "points",
        "origins",
    ]
    cache.keep(replace(flooded, lamps=()))
    assert list(sections(next(stream))) == ["lamps", "points"]


def test_digests_are_those_of_the_page(cache, stream, flooded):
    cache.keep(flooded)
    page = Renderer(address).page(flooded, "fr")
    for name, (digest, html) in sections(next(stream)).items():
        assert f'data-section="{name}" data-digest="{digest}"' in page
        assert html in page


def test_equal_snapshot_is_not_sent_again_and_silence_is_a_comment(cache, stream, flooded):
    cache.keep(flooded)
    next(stream)
    cache.keep(replace(flooded))
    assert next(stream) == b": alive\n\n"


def test_later_time_alone_is_sent_alone(cache, stream, flooded):
    cache.keep(replace(flooded, latest=(), series={}))
    next(stream)
    cache.keep(replace(flooded, latest=(), series={}, now=flooded.now + timedelta(minutes=5)))
    assert list(sections(next(stream))) == ["time"]


def test_stream_ends_when_the_site_closes():
    closing = []
    cache = SnapshotCache(is_closing=lambda: bool(closing))
    stream = Stream(cache.listen(), Renderer(address), "fr")
    next(stream)
    closing.append(True)
    assert list(stream) == []


def test_place_is_given_back_when_the_browser_leaves(cache):
    stream = Stream(cache.listen(), Renderer(address), "fr")
    assert cache.listening == 1
    stream.close()
    assert cache.listening == 0


def test_streams_over_the_limit_are_refused_until_one_leaves(client, portal, flooded):
    portal.snapshots.keep(flooded)
    streams = [client.get("/events", buffered=False) for _ in range(2)]
    assert streams[0].headers["Content-Type"].startswith("text/event-stream")
    refused = client.get("/events")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    streams[0].close()
    again = client.get("/events?lang=en", buffered=False)
    assert again.status_code == 200
    pieces = iter(again.response)
    assert next(pieces) == b"retry: 3000\n\n"
    assert "Street" not in next(pieces).decode().split('"origins"')[0].split('"time"')[0]
    for stream in (streams[1], again):
        stream.close()
    assert portal.snapshots.listening == 0
