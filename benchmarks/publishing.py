"""Publishes as RabbitMQ's MQTT plug-in does, over AMQP: many messages, and then a wait until the broker has them."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Final

from kombu import Connection

from benchmarks.stations import DIRECTORATE
from shared import bus

TOPIC: Final = f"vigie.{DIRECTORATE}.observations"
_PATIENCE_S: Final = 30.0
_MOST_WAITING: Final = 2_000


class Publisher:
    """A channel on which the broker confirms, and the numbers of the messages that it has not confirmed yet."""

    def __init__(self, link: Connection) -> None:
        self._link = link
        self._channel = link.channel()
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(self._acked)
        self._number = 0
        self._waiting: set[int] = set()

    def _acked(self, tag: int, multiple: bool) -> None:
        self._waiting -= {each for each in self._waiting if each <= tag} if multiple else {tag}

    def publish(self, body: bytes, exchange: str = bus.MQTT_EXCHANGE, key: str = TOPIC) -> None:
        """Hand a message to the broker, which may not have it yet."""
        message = self._channel.prepare_message(
            body, headers={"x-mqtt-publish-qos": 1, "x-mqtt-dup": False}, properties={"delivery_mode": 2}
        )
        self._channel.basic_publish(message, exchange=exchange, routing_key=key)
        self._number += 1
        self._waiting.add(self._number)

    def publish_all(self, bodies: Iterable[bytes], exchange: str = bus.MQTT_EXCHANGE, key: str = TOPIC) -> int:
        """Publish, and return when the broker has them all: how many."""
        before = self._number
        for body in bodies:
            self.publish(body, exchange, key)
            if len(self._waiting) >= _MOST_WAITING:
                self.wait()
        self.wait()
        return self._number - before

    def hear(self) -> None:
        """Take in what the broker has confirmed by now."""
        try:
            while True:
                self._link.drain_events(timeout=0.001)
        except TimeoutError:
            return

    def wait(self) -> None:
        """Return when the broker has all that was published.

        Raises:
            TimeoutError: it confirms nothing.
        """
        deadline = time.monotonic() + _PATIENCE_S
        while self._waiting:
            self._link.drain_events(timeout=max(0.001, deadline - time.monotonic()))
