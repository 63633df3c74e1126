"""The part of a distributed city that is measured: registry, telemetry, rules engine and notifier."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import psycopg
from kombu import Connection
from nameko.exceptions import UnknownService
from nameko.standalone.rpc import ClusterRpcProxy

from benchmarks.publishing import Publisher
from benchmarks.sampling import Sampling
from benchmarks.stations import DIRECTORATE, STATIONS, Instants, uplink, utc_now, write_rules
from shared import bus
from tests.wire.platform import Platform
from tests.wire.process import Process
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ
from tests.wire.waiting import until

_PATIENCE_S: Final = 300.0
_DECIDED: Final = "SELECT count(*) FROM rules_engine.sample WHERE time = %s"
_KNOWN: Final = "SELECT 1 FROM telemetry.registry_copy WHERE revision >= %s"

SERVICES: Final = (bus.DEVICE_REGISTRY, bus.TELEMETRY, bus.RULES_ENGINE, bus.NOTIFIER)
"""Those that an uplink passes on its way to a text; the others only listen."""


@dataclass
class City:
    """A city that runs, under the machine's own clock.

    Attributes:
        instants: gives each observation its time.
        sampling: of those processes whose time is looked at.
        key: of the directorate, with which anything of it may be sent over HTTP.
    """

    platform: Platform
    instants: Instants
    reader: psycopg.Connection[tuple[Any, ...]]
    link: Connection
    sampling: Sampling
    key: str = ""

    def begin(self, service: str) -> Process:
        """Start a process and don't wait."""
        return self.platform.begin(service, **self.sampling.settings(service))

    def processes(self) -> list[Process]:
        """Those that run."""
        return [process for process in self.platform.processes if process.is_alive()]

    def process(self, service: str) -> Process:
        """The one that runs of a service."""
        return next(process for process in self.processes() if process.service == service)

    def ask(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of a statement that sees every schema."""
        return self.reader.execute(statement, values or None).fetchall()

    def uplinks(self, number: int) -> list[bytes]:
        """So many calm uplinks; a multiple of the stations, so that the last time is every station's."""
        return [uplink(*each) for each in self.instants.calm(number)]

    def publish(self, bodies: list[bytes]) -> None:
        """Publish uplinks; returns when the broker has them."""
        Publisher(self.link).publish_all(bodies)

    def await_decided(self, moment: datetime) -> float:
        """Return when the rules engine has committed its decisions about every station's observation of that time.

        Returns:
            When that was seen, seconds since 1970.
        """
        until(lambda: self.ask(_DECIDED, moment)[0][0] == STATIONS, _PATIENCE_S, "all is decided")
        return time.time()


@contextmanager
def city(
    servers: tuple[RabbitMQ, PostgreSQL], folder: Path, settings: dict[str, str], sampled: tuple[str, ...] = ()
) -> Iterator[City]:
    """A city in which these services run and know the registry."""
    rules = write_rules(folder / "rules")
    with ExitStack() as ending:
        platform = ending.enter_context(Platform(*servers, folder, rules, settings))
        reader = ending.enter_context(psycopg.connect(platform.schemas.everything, autocommit=True))
        link = ending.enter_context(Connection(platform.administrator))
        made = City(platform, Instants(utc_now()), reader, link, Sampling(folder, sampled))
        for process in [made.begin(service) for service in SERVICES]:
            process.await_ready()
        made.key = _issue_key(made)
        # Let everything happen once: leases are taken, rules compiled, states loaded.
        made.publish(made.uplinks(2 * STATIONS))
        made.await_decided(made.instants.last)
        yield made


def _issue_key(made: City) -> str:
    with ClusterRpcProxy({"AMQP_URI": made.platform.administrator}, timeout=_PATIENCE_S) as rpc:
        until(lambda: _answers(rpc), _PATIENCE_S, "the registry answers")
        key = str(rpc.device_registry.issue_key(actor={"id": "benchmark"}, directorate=DIRECTORATE))
        revision = rpc.device_registry.summary()["revision"]
    until(lambda: made.ask(_KNOWN, revision), _PATIENCE_S, "telemetry knows the key")
    return key


def _answers(rpc: Any) -> bool:
    # It says that it is ready a moment before its queue of questions is there.
    try:
        return bool(rpc.device_registry.summary()["revision"])
    except UnknownService:
        return False
