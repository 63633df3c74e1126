"""A distributed city on the machine's clock, and what a gateway can do to it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import requests
from nameko.standalone.rpc import ClusterRpcProxy

from shared import bus
from tests.wire import traffic
from tests.wire.platform import Platform
from tests.wire.process import Process
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ
from tests.wire.waiting import until

TOPIC: Final = "vigie/gemapi/observations"
LOW_MM, HIGH_MM = 500.0, 3500.0

_PATIENCE_S: Final = 120.0
_AGAIN_AFTER_S: Final = 0.2


class Live:
    """A city under way.

    Args:
        platform: with no process yet.
        stations: how many there are.

    Attributes:
        processes: the one that serves now, by name such as ``telemetry-0``.
    """

    def __init__(self, platform: Platform, stations: int) -> None:
        self.platform = platform
        self.stations = [f"copie-{number:03}" for number in range(stations)]
        self.processes: dict[str, Process] = {}
        self._key = ""

    def begin(self, name: str) -> Process:
        """Start a process, or start it again, and don't wait."""
        service, _, replica = name.rpartition("-")
        self.processes[name] = self.platform.begin(service, int(replica))
        return self.processes[name]

    def start(self, names: Iterable[str]) -> None:
        """Start processes side by side; return when all are ready."""
        for process in [self.begin(name) for name in names]:
            process.await_ready()

    def key(self) -> str:
        """The gateways' key, which all know; the first time, the registry is asked for one."""
        if not self._key:
            with ClusterRpcProxy({"AMQP_URI": self.platform.administrator}, timeout=_PATIENCE_S) as rpc:
                until(lambda: rpc.device_registry.summary()["revision"] > 0, _PATIENCE_S, "the registry has spoken")
                self._key = rpc.device_registry.issue_key(actor={"id": "trial"}, directorate="gemapi")
            self.await_quiet()
        return self._key

    def await_quiet(self, seconds: float = 120.0) -> None:
        """Return when no message is on its way to a service that has a process.

        Raises:
            TimeoutError: with what is still on its way.
        """
        until(self._is_quiet, seconds, "all is handled", self.platform.depths)

    def _is_quiet(self) -> bool:
        # As ``Platform.is_quiet``, whose city is whole.
        before = self.platform.schemas.outboxes()
        if any(unsent for unsent, _ in before.values()) or self._waiting():
            return False
        return self.platform.schemas.outboxes() == before

    def _waiting(self) -> list[str]:
        served = {name.rpartition("-")[0] for name in self.processes}
        return [name for name in self.platform.depths() if name.split(".")[1] in served]

    def post(self, content: Sequence[Mapping[str, Any]]) -> requests.Response:
        """Send once, to whichever process of telemetry takes it.

        Raises:
            requests.RequestException: none answers.
        """
        headers = {"Authorization": f"Bearer {self.key()}"}
        takers = sorted(name for name in self.processes if name.startswith(bus.TELEMETRY))
        for name in reversed(takers[1:]):
            try:
                return requests.post(self._way_in(name), json=content, headers=headers, timeout=30)
            except requests.RequestException:
                continue
        return requests.post(self._way_in(takers[0]), json=content, headers=headers, timeout=30)

    def _way_in(self, name: str) -> str:
        return f"{self.processes[name].address}/v1/observations"

    def insist(self, content: Sequence[Mapping[str, Any]]) -> None:
        """Send until it is taken: a gateway does no less.

        Raises:
            TimeoutError: it isn't taken.
        """
        last = time.monotonic() + _PATIENCE_S
        while time.monotonic() < last:
            try:
                answer = self.post(content)
            except requests.RequestException:
                time.sleep(_AGAIN_AFTER_S)
                continue
            if answer.status_code == 200:
                return
            assert answer.status_code == 503, answer.text
            assert "Retry-After" in answer.headers
            time.sleep(_AGAIN_AFTER_S)
        raise TimeoutError("telemetry takes nothing")


@contextmanager
def live(
    servers: tuple[RabbitMQ, PostgreSQL],
    folder: Path,
    stations: int,
    names: Iterable[str],
    settings: Mapping[str, str] | None = None,
) -> Iterator[Live]:
    """A city of some processes, such as ``telemetry-0``, which are ready; the registry may not have spoken yet."""
    rules = traffic.write_rules(folder / "rules", stations, 1)
    with Platform(*servers, folder, rules, settings) as platform:
        city = Live(platform, stations)
        city.start(names)
        yield city


def content(station: str, moment: datetime, level: float) -> dict[str, Any]:
    """What a station reports."""
    return {"device": station, "time": moment.isoformat(), "values": {"hauteur": level}}
