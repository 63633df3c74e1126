"""Luminaires over MQTT: the desired state of each is a retained message on its topic, see ``mqtt_messages``.

What they report does not come here but through a durable queue, which the service consumes and stores: nothing of it is
lost while the controller is down, and a controller that starts knows what was last reported before it commands.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Protocol

from services.lighting_controller.domain.commanding.driver import Command, Report
from services.lighting_controller.domain.commanding.kept_programme import KeptProgramme
from services.lighting_controller.drivers.mqtt_line import MqttLine
from services.lighting_controller.drivers.mqtt_messages import (
    BEAT_TOPIC,
    beat,
    desired,
    desired_topic,
    programme_topic,
    uploaded,
)

_ALL_WITHIN_S: Final = 10.0


class ReportMemory(Protocol):
    """Keeps the newest report of each luminaire."""

    def latest(self, luminaires: Sequence[str]) -> Sequence[Report]:
        """Those of these luminaires that ever reported."""
        ...


class MqttDriver:
    """A driver of luminaires that are clients of an MQTT broker."""

    def __init__(self, line: MqttLine, memory: ReportMemory) -> None:
        self._line = line
        self._memory = memory

    def send(self, commands: Sequence[Command], now: datetime) -> None:
        """Publish the desired states; return when the broker has them all.

        Raises:
            DeliveryDelayed: it hasn't.
        """
        if commands:
            messages = [(desired_topic(command.luminaire), desired(command, now)) for command in commands]
            self._line.publish(messages, _ALL_WITHIN_S)

    def reports(self, luminaires: Sequence[str], now: datetime) -> Sequence[Report]:
        """What was last heard of each."""
        return self._memory.latest(luminaires)

    def upload(self, programmes: Sequence[KeptProgramme], now: datetime) -> None:
        """Publish the programmes; return when the broker has them all.

        Raises:
            DeliveryDelayed: it hasn't.
        """
        if programmes:
            messages = [(programme_topic(programme.luminaire), uploaded(programme)) for programme in programmes]
            self._line.publish(messages, _ALL_WITHIN_S)

    def beat(self, now: datetime) -> None:
        """Publish that the controller is there.

        Raises:
            DeliveryDelayed: the broker hasn't got it.
        """
        self._line.publish([(BEAT_TOPIC, beat(now))], _ALL_WITHIN_S)

    def rest(self) -> None:
        """Leave the broker: another replica commands now."""
        self._line.close()
