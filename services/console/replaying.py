"""Plays a scenario into a running city over its own HTTP interface, instant by instant, and goes on after a crash."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from http.client import HTTPConnection
from typing import Any, Final, Protocol

from services.console.recordings import Uplink
from services.console.scenarios import Scenario
from shared.errors import VigieError
from shared.runtime.timeline import Timeline

_TIMEOUT_S: Final = 60.0


class ReplayFailed(VigieError):
    """The city refused what was recorded."""


class Playable(Protocol):
    """What a recording can be played into: a city in this process, or one of several."""

    @property
    def timeline(self) -> Timeline | None:
        """Moves its clock; None: that can't be moved."""
        ...

    @property
    def address(self) -> tuple[str, int]:
        """Where it takes observations."""
        ...


class Replay:
    """Plays a scenario into a city.

    Args:
        rpc: to ask the registry for keys: recorded devices authenticate like any other.
        after: where an earlier run stopped; its instant is played again, which changes nothing.
    """

    def __init__(self, city: Playable, rpc: Any, scenario: Scenario, after: datetime | None = None) -> None:
        if city.timeline is None:
            raise ReplayFailed("a replay needs a city with a virtual clock")
        self._timeline = city.timeline
        self._scenario = scenario
        self._after = after
        self._link = HTTPConnection(*city.address, timeout=_TIMEOUT_S)
        directorates = sorted({part.directorate for part in scenario.parts})
        self._keys = {
            name: rpc.device_registry.issue_key(actor={"id": "replay"}, directorate=name) for name in directorates
        }
        self._timeline.settle()

    def run(self, pace: Callable[[datetime], bool] = lambda _moment: True) -> Iterator[datetime]:
        """Play instant after instant; yields each when all that it caused is done.

        Args:
            pace: called with a moment before the clock goes there; may wait; False ends the replay.
        """
        with closing(self._link):
            for moment, uplinks in self._scenario.instants(self._after):
                if not pace(moment):
                    return
                self._timeline.advance(moment)
                for directorate, some in _by_directorate(uplinks).items():
                    self._post(some, self._keys[directorate])
                self._timeline.settle()
                yield moment

    def _post(self, uplinks: list[Uplink], key: str) -> None:
        content = [
            {"device": uplink.device, "time": uplink.time.isoformat(), "values": uplink.values} for uplink in uplinks
        ]
        # The same in every run, so that two runs of one recording write the same rows.
        trace = f"{self._scenario.id[:30]}@{uplinks[0].time:%Y-%m-%dT%H:%M:%SZ}"
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "X-Trace-Id": trace}
        self._link.request("POST", "/v1/observations", json.dumps(content), headers)
        answer = self._link.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise ReplayFailed(f"HTTP {answer.status}: {body[:500].decode(errors='replace')}")


def _by_directorate(uplinks: list[Uplink]) -> dict[str, list[Uplink]]:
    parted: dict[str, list[Uplink]] = defaultdict(list)
    for uplink in uplinks:
        parted[uplink.directorate].append(uplink)
    return parted
