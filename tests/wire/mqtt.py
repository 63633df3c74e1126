"""A gateway that publishes over MQTT, at least once."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from paho.mqtt.client import Client, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion

from tests.wire.servers.rabbitmq import RabbitMQ, User
from tests.wire.waiting import until

_PATIENCE_S: Final = 10.0
_IN_FLIGHT: Final = 200


class Refused(Exception):
    """The broker did not let a client in."""


class Gateway:
    """A client that is connected, and comes back by itself."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def publish(self, messages: Iterable[tuple[str, bytes]], seconds: float = 60.0) -> int:
        """Publish pairs of topic and payload with QoS 1; return when all are acknowledged: how many.

        Raises:
            TimeoutError: not all were, within so many seconds.
        """
        sent = [self._client.publish(topic, payload, qos=1) for topic, payload in messages]
        last = time.monotonic() + seconds
        for message in sent:
            until(message.is_published, last - time.monotonic(), "every message is acknowledged")
        return len(sent)


@contextmanager
def gateway(rabbitmq: RabbitMQ, user: User | None) -> Iterator[Gateway]:
    """A gateway of a user, or an anonymous one.

    Raises:
        Refused: the broker won't have it.
    """
    client = Client(CallbackAPIVersion.VERSION2, client_id=secrets.token_hex(8), protocol=MQTTv311)
    client.max_inflight_messages_set(_IN_FLIGHT)
    # Unlimited: what is published while the broker is away waits here.
    client.max_queued_messages_set(0)
    client.reconnect_delay_set(1, 1)
    if user is not None:
        client.username_pw_set(user.mqtt_name, user.password)
    _connect(client, rabbitmq)
    try:
        yield Gateway(client)
    finally:
        client.disconnect()
        client.loop_stop()


def _connect(client: Client, rabbitmq: RabbitMQ) -> None:
    answers: list[Any] = []
    client.on_connect = lambda _client, _data, _flags, reason, _properties: answers.append(reason)
    client.connect(rabbitmq.host, rabbitmq.mqtt_port)
    client.loop_start()
    until(lambda: answers, _PATIENCE_S, "the broker answered")
    if answers[0].is_failure:
        client.loop_stop()
        raise Refused(str(answers[0]))
