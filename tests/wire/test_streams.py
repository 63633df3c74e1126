"""A page that follows the city lets go of it when its process is told to end."""

from __future__ import annotations

import pytest
import requests

from shared import bus
from tests.wire.platform import Platform

LONGEST_S = 10.0


@pytest.mark.slow
def test_an_open_stream_ends_with_the_process_that_is_told_to_end(platform: Platform) -> None:
    portal = platform.start(bus.PORTAL)
    with requests.get(f"{portal.address}/events", stream=True, timeout=LONGEST_S) as stream:
        lines = stream.iter_lines()
        assert next(lines) == b"retry: 3000"
        ended = portal.terminate(LONGEST_S)
        assert ended.code == 0
        # The stream comes to its end; had it been cut off, this would raise.
        assert all(isinstance(line, bytes) for line in lines)
