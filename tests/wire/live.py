"""A distributed city on the machine's clock, and stations that report to it at a steady rate, come what may."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final

import requests
from nameko.standalone.rpc import ClusterRpcProxy

from shared import bus
from tests.wire import traffic
from tests.wire.mqtt import Gateway, gateway
from tests.wire.platform import Platform
from tests.wire.process import Process
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ
from tests.wire.waiting import until

TOPIC: Final = "vigie/gemapi/observations"
LOW_MM, HIGH_MM = 500.0, 3500.0

_PATIENCE_S: Final = 120.0
_TICK_S: Final = 0.05
_AGAIN_AFTER_S: Final = 0.2
_LINK_AGAIN_AFTER_S: Final = 1.0
_MOST_AT_ONCE: Final = 1_000

Reading = tuple[str, datetime]
"""Station and time: which observation it is."""


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


class Stations:
    """All stations report in turn: half of them over MQTT, the others over HTTP.

    What can't be sent waits and is sent later, with the time at which it was measured.

    Args:
        per_second: observations, of all stations together.

    Attributes:
        sent: what was measured so far.
    """

    def __init__(self, city: Live, per_second: int) -> None:
        self._city = city
        self._per_second = per_second
        self._stop = Event()
        self._errors: list[Exception] = []
        self._levels = [(datetime.now(UTC), LOW_MM)]
        self.sent: list[set[Reading]] = [set(), set()]

    def run(self, way: int, send: Callable[[list[dict[str, Any]]], None]) -> None:
        """Report over one of the ways, 0 or 1, until ``stop``."""
        begun, began = datetime.now(UTC), time.monotonic()
        number = 0
        half = len(self._city.stations) // 2
        names = self._city.stations[way * half : (way + 1) * half]
        try:
            while not self._stop.wait(_TICK_S):
                due = int((time.monotonic() - began) * self._per_second / 2)
                some = []
                for each in range(number, min(due, number + _MOST_AT_ONCE)):
                    moment = begun + timedelta(microseconds=each * 2_000_000 // self._per_second)
                    some.append(content(names[each % len(names)], moment, self._level_at(moment)))
                    self.sent[way].add((names[each % len(names)], moment))
                number += len(some)
                if some:
                    send(some)
        except Exception as error:  # noqa: BLE001 - shown by who stops it
            self._errors.append(error)

    def turn(self, level: float) -> None:
        """From now on the water stands there, millimetres; also in what is measured now and sent much later."""
        self._levels.append((datetime.now(UTC), level))

    def _level_at(self, moment: datetime) -> float:
        return next((level for since, level in reversed(self._levels) if since <= moment), LOW_MM)

    def stop(self) -> None:
        """Measure no more."""
        self._stop.set()

    def check(self) -> None:
        """Say whether a way in stayed closed.

        Raises:
            ExceptionGroup: of what kept it from sending.
        """
        if self._errors:
            raise ExceptionGroup("not sent", self._errors)

    def readings(self) -> set[Reading]:
        """All that was measured."""
        return self.sent[0] | self.sent[1]


@contextmanager
def reporting(city: Live, per_second: int) -> Iterator[Stations]:
    """Stations that report; at the end all of it was taken."""
    city.key()
    stations = Stations(city, per_second)
    with gateway(city.platform.rabbitmq, city.platform.gateway_of("gemapi")) as sender:
        threads = [
            Thread(target=stations.run, args=(0, lambda some: _publish(sender, some))),
            Thread(target=stations.run, args=(1, city.insist)),
        ]
        for thread in threads:
            thread.start()
        try:
            yield stations
        finally:
            stations.stop()
            for thread in threads:
                thread.join()
    stations.check()


def _publish(sender: Gateway, some: list[dict[str, Any]]) -> None:
    """Send until all is acknowledged; whoever is not sure sends again.

    Raises:
        TimeoutError: it isn't.
    """
    messages = [(TOPIC, json.dumps(each).encode()) for each in some]
    last = time.monotonic() + _PATIENCE_S
    while time.monotonic() < last:
        # The client says so of what it was given while it had no connection.
        with suppress(RuntimeError):
            sender.publish(messages, last - time.monotonic())
            return
        time.sleep(_LINK_AGAIN_AFTER_S)
    raise TimeoutError("the broker takes nothing")


def not_stored_once(city: Live, stations: Stations) -> tuple[set[Reading], set[Reading]]:
    """Observations that were measured and are not stored, and the other way round; a row is there once, by its key."""
    rows = set(city.platform.schemas.sql("SELECT point, time FROM telemetry.observation"))
    return stations.readings() - rows, rows - stations.readings()


def not_decided(city: Live) -> int:
    """Messages with observations that telemetry committed and the rules engine did not handle."""
    query = (
        "SELECT count(*) FROM telemetry.outbox o WHERE event = 'observations'"
        " AND NOT EXISTS (SELECT FROM rules_engine.inbox i WHERE i.event_id = o.event_id)"
    )
    number: int = city.platform.schemas.sql(query)[0][0]
    return number


def parked(city: Live) -> list[tuple[str, str, str]]:
    """Service, queue and reason of each message that was parked."""
    some = (f"SELECT '{service}', queue, reason FROM {service}.parked" for service in bus.SERVICES)  # noqa: S608
    return city.platform.schemas.sql(" UNION ALL ".join(some))


def dead_letters(city: Live) -> int:
    """Messages that were delivered too often."""
    return sum(city.platform.rabbitmq.queue_depths(city.platform.vhost)[bus.DEAD_LETTERS])


def transitions(city: Live) -> Counter[tuple[str, str]]:
    """How often each kind of transition of each rule happened at all points together."""
    rows = city.platform.schemas.sql("SELECT rule, kind, point FROM rules_engine.transition")
    return Counter((rule, kind) for rule, kind, _ in rows)


def expected_transitions(city: Live, rises: int, falls: int) -> Counter[tuple[str, str]]:
    """The same, when all stations rose and fell so often."""
    return Counter(
        {
            (f"gemapi.copie.{rule.name}", kind): times * sum(traffic._is_watched(rule, name) for name in city.stations)
            for rule in traffic.THRESHOLDS
            for kind, times in (("fired", rises), ("resolved", falls))
            if times
        }
    )


def longest_gap(city: Live) -> float:
    """The longest time without a decision, seconds: between commits of batches of observations in the rules engine."""
    query = (
        "SELECT coalesce(max(gap), 0) FROM (SELECT handled - lag(handled) OVER (ORDER BY handled) AS gap"
        " FROM rules_engine.inbox i JOIN telemetry.outbox o USING (event_id) WHERE event = 'observations') AS gaps"
    )
    return float(city.platform.schemas.sql(query)[0][0])
