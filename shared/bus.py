"""Every name that travels on the bus: services, events, exchanges, queues. No other module spells one.

Queue names are wire format: a renamed queue leaves its messages behind in the old one.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

DEVICE_REGISTRY: Final = "device_registry"
TELEMETRY: Final = "telemetry"
RULES_ENGINE: Final = "rules_engine"
NOTIFIER: Final = "notifier"
LIGHTING_CONTROLLER: Final = "lighting_controller"
PORTAL: Final = "portal"

SERVICES: Final = (DEVICE_REGISTRY, TELEMETRY, RULES_ENGINE, NOTIFIER, LIGHTING_CONTROLLER, PORTAL)

PARTITIONS: Final = 16
"""How many queues share the observations. Fixed: changing it moves every point to another queue."""


@dataclass(frozen=True)
class Event:
    """Something that happened, as told by one service to the others.

    Attributes:
        name: past tense; also the name of its exchange, behind the prefix ``vigie.``.
        producer: the only service that emits it.
        consumers: the services that each get every message, in a queue of their own.
        partitioned: one queue for each partition and consumer instead of one for each consumer.
    """

    name: str
    producer: str
    consumers: tuple[str, ...]
    partitioned: bool = False

    @property
    def exchange(self) -> str:
        return f"vigie.{self.name}"

    @property
    def exchange_type(self) -> str:
        return "direct" if self.partitioned else "fanout"

    def queues(self, consumer: str) -> tuple[str, ...]:
        """The queues of one consumer, in partition order."""
        base = f"vigie.{consumer}.{self.name}"
        if not self.partitioned:
            return (base,)
        return tuple(f"{base}.{partition}" for partition in range(PARTITIONS))

    def routing_keys(self) -> tuple[str, ...]:
        """The routing keys of ``queues``, in the same order."""
        if not self.partitioned:
            return (self.name,)
        return tuple(str(partition) for partition in range(PARTITIONS))


@dataclass(frozen=True)
class Inlet:
    """A queue of messages that come from outside: what gateways and network servers publish over MQTT.

    Attributes:
        bindings: routing keys on ``MQTT_EXCHANGE``; the topic ``a/b`` is the key ``a.b``.
    """

    name: str
    consumer: str
    bindings: tuple[str, ...]

    @property
    def queue(self) -> str:
        return f"vigie.{self.consumer}.{self.name}"


MQTT_EXCHANGE: Final = "amq.topic"
"""Where RabbitMQ's MQTT plug-in publishes."""

DEAD_LETTERS: Final = "vigie.dead_letters"
"""Exchange and queue of messages that were delivered too often: a backstop, since a bad message is parked."""

REGISTRY_CHANGED: Final = Event(
    "registry_changed", DEVICE_REGISTRY, (TELEMETRY, RULES_ENGINE, LIGHTING_CONTROLLER, PORTAL)
)
OBSERVATIONS: Final = Event("observations", TELEMETRY, (RULES_ENGINE,), partitioned=True)
HISTORY_REQUESTED: Final = Event("history_requested", RULES_ENGINE, (TELEMETRY,))
UPLINK_REJECTED: Final = Event("uplink_rejected", TELEMETRY, ())
DEVICES_HEARD: Final = Event("devices_heard", TELEMETRY, (DEVICE_REGISTRY,))
ALERT_CHANGED: Final = Event("alert_changed", RULES_ENGINE, (NOTIFIER,))
LIGHTING_REQUESTED: Final = Event("lighting_requested", RULES_ENGINE, (LIGHTING_CONTROLLER,))
OVERRIDE_CHANGED: Final = Event("override_changed", LIGHTING_CONTROLLER, (NOTIFIER,))
FILES_REFUSED: Final = Event("files_refused", LIGHTING_CONTROLLER, (NOTIFIER,))
LUMINAIRE_CHANGED: Final = Event("luminaire_changed", LIGHTING_CONTROLLER, ())
LUMINAIRES_OBSERVED: Final = Event("luminaires_observed", LIGHTING_CONTROLLER, (TELEMETRY,))
INCIDENT_CHANGED: Final = Event("incident_changed", NOTIFIER, ())
NOTIFICATION_CHANGED: Final = Event("notification_changed", NOTIFIER, ())

EVENTS: Final = (
    REGISTRY_CHANGED,
    OBSERVATIONS,
    HISTORY_REQUESTED,
    UPLINK_REJECTED,
    DEVICES_HEARD,
    ALERT_CHANGED,
    LIGHTING_REQUESTED,
    OVERRIDE_CHANGED,
    FILES_REFUSED,
    LUMINAIRE_CHANGED,
    LUMINAIRES_OBSERVED,
    INCIDENT_CHANGED,
    NOTIFICATION_CHANGED,
)

UPLINKS: Final = Inlet(
    "uplinks",
    TELEMETRY,
    (
        "vigie.*.observations",
        "vigie.*.chirpstack.#",
        "vigie.*.things-stack.#",
        # What ChirpStack v4 (over MQTT and AMQP alike) and The Things Stack v3 publish unless told otherwise.
        "application.*.device.*.event.*",
        "v3.*.devices.*.#",
    ),
)
LUMINAIRE_REPORTS: Final = Inlet(
    "luminaire_reports",
    LIGHTING_CONTROLLER,
    (
        "vigie.luminaires.*.reported",
        # Luminaires on LoRaWAN, among all devices of ChirpStack: which are luminaires the registry knows alone.
        "application.*.device.*.event.up",
        "application.*.device.*.event.log",
    ),
)

INLETS: Final = (UPLINKS, LUMINAIRE_REPORTS)

LEASES: Final[Mapping[str, int]] = MappingProxyType({RULES_ENGINE: PARTITIONS, NOTIFIER: 1, LIGHTING_CONTROLLER: 1})
"""How many parts the work of a service has that only one of its replicas may do at a time.

Each has a lease. A partitioned event's queue has the lease of its partition; a service with one lease does all its
leased work under it. The others need none: any number of their replicas may do anything at once.
"""

_BY_NAME: Final = {event.name: event for event in EVENTS}


def event_named(name: str) -> Event:
    """The event of that name.

    Raises:
        KeyError: no such event.
    """
    return _BY_NAME[name]


def partition_of(point: str) -> int:
    """The partition, 0 to ``PARTITIONS`` - 1, that carries the observations of a point."""
    return zlib.crc32(point.encode()) % PARTITIONS
