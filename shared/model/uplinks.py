"""What gateways and network servers publish over MQTT, before anyone has read it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Uplink:
    """A message as the broker gave it.

    Attributes:
        topic: its levels joined by dots, as RabbitMQ's topic exchange has them.
    """

    topic: str
    body: bytes
