"""A distributed city: a vhost, a database, and each service in a process of its own. Needs no pytest."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final, Self

from kombu import Connection

from shared import bus
from shared.runtime import topology
from shared.runtime.settings import shipped_rules
from tests.component.reading import result_of
from tests.wire.process import Process, clean_environment
from tests.wire.schemas import Schemas
from tests.wire.servers.ports import free_ports
from tests.wire.servers.postgresql import PostgreSQL, postgresql_server
from tests.wire.servers.rabbitmq import RabbitMQ, User, rabbitmq_server
from tests.wire.waiting import until

_NO_MESSAGES: Final = (0, 0)


class Platform:
    """A city of its own on servers that it shares with others. As a context it is made, and gone at the end.

    Args:
        folder: for the logs, which are left there.
        rules: the folder of kinds, inventory, teams and rules.
        settings: of every process, by their full names: ``{"VIGIE_SMS_CHANNEL": "sms_twilio", ...}``.

    Attributes:
        vhost: its name on the broker.
        schemas: its database.
        processes: all that were started, dead or alive.
    """

    def __init__(
        self,
        rabbitmq: RabbitMQ,
        postgresql: PostgreSQL,
        folder: Path,
        rules: Path | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.rabbitmq, self.postgresql = rabbitmq, postgresql
        self.vhost = f"vigie_{secrets.token_hex(4)}"
        self.schemas = Schemas(postgresql, self.vhost)
        self.processes: list[Process] = []
        self._folder = folder
        self._settings = {"VIGIE_RULES_DIR": str(rules or shipped_rules()), **(settings or {})}
        self._users: dict[str, User] = {}
        self._gateways: dict[str, User] = {}
        self._ports: dict[tuple[str, int], int] = {}
        self._ending = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as ending:
            self._make(ending)
            self._ending = ending.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._ending.close()

    def _make(self, ending: ExitStack) -> None:
        ending.callback(self.schemas.drop)
        self.schemas.make()
        # It takes its time to start, and may have been told to only a moment ago.
        self.rabbitmq.await_start()
        ending.callback(self.rabbitmq.drop_vhost, self.vhost)
        self.rabbitmq.make_vhost(self.vhost)
        for service in bus.SERVICES:
            given = topology.rights(service)
            self._users[service] = self.rabbitmq.make_user(
                service, self.vhost, given.configure, given.write, given.read
            )
            if given.topics is not None:
                self.rabbitmq.set_topic_rights(self._users[service], write=given.topics, read="^$")
        # What ``vigie bus declare`` does, without starting Python for it.
        with Connection(self.administrator) as link:
            topology.declare_all(link)
        ending.callback(self.kill_all)

    @property
    def administrator(self) -> str:
        """The AMQP address of a user who may do everything in the vhost."""
        if "administrator" not in self._users:
            self._users["administrator"] = self.rabbitmq.make_user("administrator", self.vhost)
        return self.rabbitmq.amqp_url(self._users["administrator"])

    def gateway_of(self, directorate: str) -> User:
        """The user with whom a directorate's gateways enter over MQTT; see ``tests.wire.mqtt.gateway``."""
        if directorate not in self._gateways:
            topics = rf"^vigie\.{directorate}\."
            self._gateways[directorate] = self.rabbitmq.make_mqtt_user(f"gateway.{directorate}", self.vhost, topics)
        return self._gateways[directorate]

    def environment(self, service: str) -> dict[str, str]:
        """What a process of a service is told, but for its address."""
        return {
            **clean_environment(),
            "VIGIE_AMQP_URL": self.rabbitmq.amqp_url(self._users[service]),
            "VIGIE_DATABASE_URL": self.schemas.url(service),
            **self._settings,
        }

    def begin(self, service: str, replica: int = 0, **settings: str) -> Process:
        """Start a process and don't wait. A service and replica has the same address each time.

        Args:
            settings: of this process alone, by their full names.
        """
        port = self.port(service, replica)
        log = self._folder / f"{service}-{replica}.log"
        process = Process(service, replica, port, log, self.environment(service) | settings)
        self.processes.append(process)
        return process

    def start(self, service: str, replica: int = 0, **settings: str) -> Process:
        """Start a process and wait until it is ready.

        Raises:
            TimeoutError: it doesn't get ready; with the end of its log.
        """
        process = self.begin(service, replica, **settings)
        process.await_ready()
        return process

    def start_all(self, services: Iterable[str] = bus.SERVICES) -> dict[str, Process]:
        """Start one process of each service, side by side; return when all are ready."""
        started = {service: self.begin(service) for service in services}
        for process in started.values():
            process.await_ready()
        return started

    def kill_all(self) -> None:
        """SIGKILL to every process that lives."""
        for process in self.processes:
            process.kill()

    def port(self, service: str, replica: int = 0) -> int:
        """The port where that process of a service is, or will be, on 127.0.0.1."""
        if (service, replica) not in self._ports:
            taken = set(self._ports.values())
            self._ports[service, replica] = next(port for port in free_ports(len(taken) + 1) if port not in taken)
        return self._ports[service, replica]

    def depths(self) -> dict[str, tuple[int, int]]:
        """Messages waiting and messages in hand, by queue; queues with none are left out."""
        return {name: depth for name, depth in self.rabbitmq.queue_depths(self.vhost).items() if depth != _NO_MESSAGES}

    def is_quiet(self) -> bool:
        """Whether no message is on its way: all are handled, with all that followed from them.

        What is in no queue yet (an MQTT client's, a request's) and what falls due later is not seen.
        """
        # Nothing was published between the two looks, and the queues were empty in between: so all that was ever
        # published has been handled, and what that led to is among it.
        before = self.schemas.outboxes()
        if any(unsent for unsent, _ in before.values()) or self.depths():
            return False
        return self.schemas.outboxes() == before

    def await_quiet(self, seconds: float = 60.0) -> None:
        """Return when ``is_quiet``.

        Raises:
            TimeoutError: with what is still on its way.
        """
        until(self.is_quiet, seconds, "all is handled", lambda: f"{self.depths()} {self.schemas.outboxes()}")

    def rows(self, service: str, table: str, columns: str = "*") -> list[tuple[Any, ...]]:
        """All rows of a table, in order, comparable with ``tests.component.reading.rows`` of an embedded city."""
        return self.schemas.rows(service, table, columns)

    def result(self) -> dict[str, list[tuple[Any, ...]]]:
        """All that a run led to, comparable with ``tests.component.reading.result`` of an embedded city."""
        return result_of(self.rows)


@contextmanager
def servers() -> Iterator[tuple[RabbitMQ, PostgreSQL]]:
    """One broker and one database server, for a program that is no pytest; ended with the context.

    The broker may still be starting; a ``Platform`` waits for it, others call ``await_start``.

    Raises:
        ServerMissing: one isn't there and can't be had.
    """
    with rabbitmq_server() as rabbitmq, postgresql_server() as postgresql:
        yield rabbitmq, postgresql
