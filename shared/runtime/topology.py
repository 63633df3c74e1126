"""Exchanges, queues and rights on RabbitMQ: all of them are made here, from the names in ``shared.bus``.

An administrator makes them once with ``vigie bus declare``; the services only look whether they are there, so that
their users need no right to make any. The in-memory bus makes its own as they are used.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import eventlet
from amqp.exceptions import NotFound
from kombu import Connection, Exchange, Queue
from kombu.exceptions import OperationalError as BusAway

from shared import bus
from shared.errors import BusIncomplete

_log: Final = logging.getLogger(__name__)

DELIVERY_LIMIT: Final = 1_000
"""How often a message is delivered before it becomes a dead letter. High, since every death of a consumer counts as a
delivery of all that it had in hand; a bad message is parked by the consumer long before."""

_ATTEMPT_EVERY_S: Final = 1.0
_DURABLE: Final[dict[str, Any]] = {"x-queue-type": "quorum"}
_OF_SERVICES: Final[dict[str, Any]] = {
    **_DURABLE,
    "x-delivery-limit": DELIVERY_LIMIT,
    "x-dead-letter-exchange": bus.DEAD_LETTERS,
    # A dead letter leaves its queue when the other one has it; that asks for refusing rather than dropping.
    "x-dead-letter-strategy": "at-least-once",
    "x-overflow": "reject-publish",
}


def exchange_of(event: bus.Event) -> Exchange:
    """The exchange that carries an event."""
    return Exchange(event.exchange, type=event.exchange_type, durable=True)


def queues_of(event: bus.Event, consumer: str) -> list[Queue]:
    """The queues of one consumer of an event, in partition order."""
    exchange = exchange_of(event)
    named = zip(event.queues(consumer), event.routing_keys(), strict=True)
    return [Queue(name, exchange, routing_key=key, queue_arguments=_OF_SERVICES) for name, key in named]


def inlet_queue(inlet: bus.Inlet) -> Queue:
    """The queue of what comes from outside; its bindings are made by ``declare_all``."""
    return Queue(inlet.queue, queue_arguments=_OF_SERVICES)


def declare_all(link: Connection) -> list[str]:
    """Make every exchange and queue; those that are there are left as they are. The queues' names."""
    channel = link.default_channel
    dead = Exchange(bus.DEAD_LETTERS, type="fanout", durable=True)
    queues = [Queue(bus.DEAD_LETTERS, dead, routing_key="", queue_arguments=_DURABLE)]
    for event in bus.EVENTS:
        exchange_of(event)(channel).declare()
        queues += [queue for consumer in event.consumers for queue in queues_of(event, consumer)]
    for queue in (*queues, *map(inlet_queue, bus.INLETS)):
        queue(channel).declare()
    for inlet in bus.INLETS:
        for binding in inlet.bindings:
            inlet_queue(inlet)(channel).bind_to(bus.MQTT_EXCHANGE, binding)
    return [queue.name for queue in queues] + [inlet.queue for inlet in bus.INLETS]


def make_or_require_consumed(uri: str, source: bus.Event | bus.Inlet, consumer: str) -> None:
    """Return when the queues of a consumer are there: made on the in-memory bus, looked for on a broker.

    Raises:
        BusIncomplete: see ``require``.
    """
    if isinstance(source, bus.Inlet):
        _make_or_require(uri, (), (inlet_queue(source),))
    else:
        _make_or_require(uri, (exchange_of(source),), queues_of(source, consumer))


def make_or_require_produced(uri: str, producer: str) -> None:
    """Return when the exchanges of a producer are there, with the queues of all who listen.

    Raises:
        BusIncomplete: see ``require``.
    """
    events = [event for event in bus.EVENTS if event.producer == producer]
    queues = [queue for event in events for consumer in event.consumers for queue in queues_of(event, consumer)]
    _make_or_require(uri, [exchange_of(event) for event in events], queues)


def _make_or_require(uri: str, exchanges: Collection[Exchange], queues: Collection[Queue]) -> None:
    if uri.startswith("amqp"):
        require(uri, (item.name for item in exchanges), (item.name for item in queues))
        return
    with Connection(uri) as link:
        for item in (*exchanges, *queues):
            item(link.default_channel).declare()


def require(uri: str, exchanges: Iterable[str], queues: Iterable[str], patience_s: float = 60.0) -> None:
    """Return when they are all there: what is published to a queue that isn't is lost without a word.

    Raises:
        BusIncomplete: some are still missing, or the bus still away, after ``patience_s`` seconds.
    """
    wanted = [*((name, True) for name in exchanges), *((name, False) for name in queues)]
    with eventlet.Timeout(patience_s, BusIncomplete("the bus is not there, or lacks queues: run vigie bus declare")):
        while missing := _missing(uri, wanted):
            _log.warning("waiting for the bus", extra={"missing": missing})
            eventlet.sleep(_ATTEMPT_EVERY_S)


def _missing(uri: str, wanted: Iterable[tuple[str, bool]]) -> str | None:
    try:
        with Connection(uri, connect_timeout=2) as link:
            return next((name for name, is_exchange in wanted if not _exists(link, name, is_exchange)), None)
    except (BusAway, OSError) as error:
        return f"the bus itself ({type(error).__name__})"


def _exists(link: Connection, name: str, is_exchange: bool) -> bool:
    try:
        with link.channel() as channel:
            if is_exchange:
                channel.exchange_declare(name, "", passive=True)
            else:
                channel.queue_declare(name, passive=True)
    except NotFound:
        return False
    return True


_OF_LUMINAIRES: Final = r"vigie\.luminaires\.([^.]+\.(desired|programme)|controller)"
_OF_CHIRPSTACK: Final = r"application\.[^.]+\.device\.[0-9a-f]{16}\.command\.down"
_TOPICS: Final = {bus.LIGHTING_CONTROLLER: f"^({_OF_LUMINAIRES}|{_OF_CHIRPSTACK})$"}
"""What services publish over MQTT: what luminaires are to do, directly or through ChirpStack."""


@dataclass(frozen=True)
class Rights:
    """What a service's user may do on the broker: regular expressions, for ``rabbitmqctl set_permissions``.

    Attributes:
        topics: routing keys that it may publish to ``MQTT_EXCHANGE``; None: it doesn't.
    """

    configure: str
    write: str
    read: str
    topics: str | None = None


def rights(service: str) -> Rights:
    """The least rights with which a service works: its events, its queues, and nameko's questions and answers."""
    rpc = rf"nameko-rpc|rpc-{service}|rpc\.reply-.*"
    emitted = [event.exchange for event in bus.EVENTS if event.producer == service]
    topics = _TOPICS.get(service)
    return Rights(
        configure=f"^({rpc})$",
        write=_any_of((rpc, *(_literal(name) for name in [*emitted, *([bus.MQTT_EXCHANGE] if topics else [])]))),
        read=_any_of((rpc, *(_literal(name) for name in _consumed(service)))),
        topics=topics,
    )


def _consumed(service: str) -> Iterator[str]:
    for event in bus.EVENTS:
        if service in event.consumers:
            yield from event.queues(service)
    yield from (inlet.queue for inlet in bus.INLETS if inlet.consumer == service)


def _any_of(patterns: Iterable[str]) -> str:
    return f"^({'|'.join(patterns)})$"


def _literal(name: str) -> str:
    return name.replace(".", r"\.")
