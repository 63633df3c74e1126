"""The rules engine alone, in as many replicas as wanted; who asks for them speaks as the registry and as telemetry.

What the others would say is published as they do it, from their own outboxes, in the real messages: so twenty thousand
points cost what the engine makes of them, and not what five other services do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

from kombu import Connection
from prometheus_client.parser import text_string_to_metric_families

from services.console.distributed import DistributedCity
from shared import bus
from shared.model.observations import Observation, Observations
from shared.model.registry import Inventory, RegistryChanged
from shared.runtime.confirming import Confirming
from shared.runtime.database import Database, open_postgresql
from tests.wire.calm import Calm
from tests.wire.platform import Platform
from tests.wire.process import Process
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ
from tests.wire.speaking import send_over
from tests.wire.waiting import until

_PATIENCE_S: Final = 300.0
_IN_A_MESSAGE: Final = 50


class Speaker:
    """Says what the registry and telemetry say."""

    def __init__(self, platform: Platform) -> None:
        self._ending = ExitStack()
        self._link = self._ending.enter_context(Connection(platform.administrator))
        self._channel = Confirming(self._link)
        self._registry, self._telemetry = (
            self._open(platform, service) for service in (bus.DEVICE_REGISTRY, bus.TELEMETRY)
        )

    def _open(self, platform: Platform, service: str) -> Database:
        database = open_postgresql(platform.schemas.url(service), service)
        self._ending.callback(database.engine.dispose)
        return database

    def registry(self, inventory: Inventory, revision: int, at: datetime) -> None:
        """A revision of the registry; returns when the broker has it."""
        with self._registry.transaction() as transaction:
            told = RegistryChanged(revision=revision, at=at, inventory=inventory)
            transaction.publish(bus.REGISTRY_CHANGED, told)
        send_over(self._registry, self._channel)

    def observations(self, observations: Iterable[Observation], in_a_message: int = _IN_A_MESSAGE) -> int:
        """Observations, those of a point in the given order; returns when the broker has them: in how many messages."""
        points: dict[str, list[Observation]] = defaultdict(list)
        for observation in observations:
            points[observation.point].append(observation)
        messages = list(_messages(points, in_a_message))
        with self._telemetry.transaction() as transaction:
            for message in messages:
                transaction.publish(bus.OBSERVATIONS, message, routing_key=str(message.partition))
        send_over(self._telemetry, self._channel)
        return len(messages)

    def close(self) -> None:
        """Let go of the broker and the databases."""
        self._ending.close()


def _messages(points: Mapping[str, list[Observation]], most: int) -> Iterator[Observations]:
    """What they observed, by partition; all of a point is in one message, as telemetry leaves an uplink whole."""
    parts: dict[int, list[Observation]] = defaultdict(list)
    for point, observed in points.items():
        part = bus.partition_of(point)
        parts[part] += observed
        if len(parts[part]) >= most:
            yield Observations(partition=part, observations=tuple(parts.pop(part)))
    for part, left in sorted(parts.items()):
        yield Observations(partition=part, observations=tuple(left))


class Engines:
    """The replicas.

    Args:
        start: of the replay's clock; None: they run by the machine's.

    Attributes:
        processes: those that there are, by name.
        speaker: says what they hear.
    """

    def __init__(self, platform: Platform, start: datetime | None = None) -> None:
        self.platform = platform
        self.processes: dict[str, Process] = {}
        self.speaker = Speaker(platform)
        self._start = start
        self._city: DistributedCity | None = None
        self._calm = Calm()
        self.disturbance = self._calm.disturbance

    @property
    def city(self) -> DistributedCity:
        """Its time, once it is driven."""
        assert self._city is not None
        return self._city

    def begin(self, replica: int) -> Process:
        """Start a replica, or start it again, at the moment at which the replay stands; don't wait."""
        moment = self._start if self._city is None else self._city.clock.now()
        replay = {} if moment is None else {"VIGIE_CLOCK": "replay", "VIGIE_REPLAY_FROM": moment.isoformat()}
        process = self.platform.begin(bus.RULES_ENGINE, replica, **replay)
        self.processes[named(replica)] = process
        return process

    def begin_all(self, number: int) -> None:
        """Start so many and return when they share all the work."""
        for process in [self.begin(replica) for replica in range(number)]:
            process.await_ready()
        self.await_balance()

    def drive(self) -> None:
        """Take the replicas' time in hand."""
        assert self._start is not None
        url = self.platform.schemas.everything
        self._city = DistributedCity(self._addresses, url, self._start, (bus.RULES_ENGINE,))

    def _addresses(self) -> dict[str, tuple[str, int]]:
        self._calm.wait(_PATIENCE_S)
        ports = {name: int(process.address.rpartition(":")[2]) for name, process in self.processes.items()}
        return {name: ("127.0.0.1", port) for name, port in sorted(ports.items())}

    def tell(self, inventory: Inventory, revision: int, at: datetime) -> None:
        """A revision of the registry; returns when it has been taken."""
        self.speaker.registry(inventory, revision, at)
        query = "SELECT count(*) FROM rules_engine.registry_copy WHERE revision >= %s"
        until(lambda: self.ask(query, revision)[0][0], _PATIENCE_S, f"revision {revision} is known")

    def ask(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of a statement that sees every schema."""
        return self.platform.schemas.sql(statement, values)

    def epochs(self) -> dict[int, int]:
        """How often each part has changed hands; without those that are nobody's now."""
        query = "SELECT part, epoch FROM rules_engine.lease WHERE holder IS NOT NULL AND expires_at > clock_timestamp()"
        return dict(self.ask(query))

    def shares(self) -> list[int]:
        """How many parts each holder has, the least first."""
        query = (
            "SELECT count(*) FROM rules_engine.lease"
            " WHERE holder IS NOT NULL AND expires_at > clock_timestamp() GROUP BY holder"
        )
        return sorted(row[0] for row in self.ask(query))

    def await_balance(self) -> None:
        """Return when all parts are held, and none of the replicas has more than a fair share."""
        fair = -(-bus.PARTITIONS // len(self.processes))
        until(
            lambda: sum(shares := self.shares()) == bus.PARTITIONS and max(shares) <= fair,
            _PATIENCE_S,
            f"{len(self.processes)} replicas share all parts",
            self.shares,
        )

    def undecided(self) -> int:
        """How many messages with observations no replica has handled."""
        query = (
            "SELECT count(*) FROM telemetry.outbox o WHERE event = 'observations'"
            " AND NOT EXISTS (SELECT FROM rules_engine.inbox i WHERE i.event_id = o.event_id)"
        )
        number: int = self.ask(query)[0][0]
        return number

    def await_decided(self) -> None:
        """Return when all observations that were told are decided."""
        until(lambda: self.undecided() == 0, _PATIENCE_S, "all is decided", self.undecided)

    def close(self) -> None:
        """Let go of them; the platform ends them."""
        if self._city is not None:
            self._city.close()
        self.speaker.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def held_by(process: Process) -> frozenset[int]:
    """The parts that a replica says it holds."""
    return frozenset(
        int(sample.labels["part"])
        for family in text_string_to_metric_families(process.metrics())
        for sample in family.samples
        if sample.name == "vigie_lease_held" and sample.value
    )


@contextmanager
def engines(
    servers: tuple[RabbitMQ, PostgreSQL],
    folder: Path,
    rules: Path,
    replicas: int,
    inventory: Inventory,
    start: datetime | None = None,
) -> Iterator[Engines]:
    """So many replicas that share the work and know the registry.

    Args:
        start: of the replay's clock, and the time of the registry's word; None: they run by the machine's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with Platform(*servers, folder, rules) as platform, Engines(platform, start) as made:
        made.begin_all(replicas)
        made.tell(inventory, 1, start or datetime.now().astimezone())
        yield made


def named(number: int) -> str:
    """The name of a replica."""
    return f"{bus.RULES_ENGINE}-{number}"
