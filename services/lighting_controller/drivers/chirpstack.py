"""Luminaires on LoRaWAN, behind ChirpStack 4: class C nodes, told one by one over MQTT, or many at once by multicast.

LoRaWAN has no retained state and no sequence: a frame that is lost is lost. The controller sees in the uplinks who
obeyed, and tells the others again, each by itself. Airtime is short, so few frames leave in a second (``Way.pace``),
and a multicast counts as one of them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from services.lighting_controller.domain.commanding.driver import Command, Report
from services.lighting_controller.domain.commanding.multicast import Load, Multicast, loads
from services.lighting_controller.drivers.chirpstack_addresses import Addresses
from services.lighting_controller.drivers.chirpstack_messages import downlink, downlink_topic, multicast_downlink
from services.lighting_controller.drivers.chirpstack_rest import ChirpStackRest
from services.lighting_controller.drivers.mqtt import ReportMemory
from services.lighting_controller.drivers.mqtt_line import MqttLine
from shared.errors import DeliveryDelayed, DeliveryRefused

_log: Final = logging.getLogger(__name__)
_ALL_WITHIN_S: Final = 10.0
_ALONE_FOR: Final = timedelta(minutes=5)
"""For so long after the API took nothing each luminaire is told by itself: most of them hear it sooner than that."""


class ChirpStackDriver:
    """A driver of luminaires that are devices of one application of ChirpStack.

    Args:
        rest: for multicasts; None: each luminaire is told by itself.
    """

    def __init__(
        self,
        line: MqttLine,
        application: str,
        rest: ChirpStackRest | None,
        addresses: Callable[[], Addresses],
        memory: ReportMemory,
    ) -> None:
        self._line = line
        self._application = application
        self._rest = rest
        self._addresses = addresses
        self._memory = memory
        self._sent: dict[str, int] = {}
        self._refused: set[str] = set()
        self._alone_until: datetime | None = None

    def send(self, commands: Sequence[Command], now: datetime) -> None:
        """Hand the frames to ChirpStack; nodes know no sequence, so what is older than was sent stays here.

        Raises:
            DeliveryDelayed: it took none, or not all; the same again harms nothing. Who is told by itself is told
                also when the API takes nothing, and everybody is for some minutes after.
        """
        addresses = self._addresses()
        newest = self._newest(commands, addresses)
        if self._alone_until is not None and not now < self._alone_until <= now + _ALONE_FOR:
            self._alone_until = None
        single: list[Command] = []
        delayed: DeliveryDelayed | None = None
        for load in self._loads(newest, addresses):
            told = [newest[place] for place in load.places]
            if load.multicast is None:
                single += told
            elif delayed is None:
                try:
                    single += () if self._cast(load.multicast, told, addresses) else told
                except DeliveryDelayed as error:
                    delayed, self._alone_until = error, now + _ALONE_FOR
        self._tell(single, addresses)
        if delayed is not None:
            raise delayed

    def _tell(self, commands: Sequence[Command], addresses: Addresses) -> None:
        """Tell each luminaire by itself."""
        own = [(addresses.by_luminaire[command.luminaire], command.level) for command in commands]
        messages = [(downlink_topic(self._application, address), downlink(address, level)) for address, level in own]
        if messages:
            # Not retained: ChirpStack, coming back, would tell everybody again.
            self._line.publish(messages, _ALL_WITHIN_S, retain=False)
        self._note_sent(commands)

    def _note_sent(self, commands: Sequence[Command]) -> None:
        self._sent.update((command.luminaire, command.sequence) for command in commands)

    def bundle(self, commands: Sequence[Command]) -> list[tuple[int, ...]]:
        """Which commands would leave as one frame, by their places."""
        return [load.places for load in self._loads(commands, self._addresses())]

    def reports(self, luminaires: Sequence[str], now: datetime) -> Sequence[Report]:
        """What was last heard of each."""
        return self._memory.latest(luminaires)

    def rest(self) -> None:
        """Leave the broker: another replica commands now, and what it sent is not known here."""
        self._line.close()
        self._sent.clear()

    def _newest(self, commands: Sequence[Command], addresses: Addresses) -> list[Command]:
        """The newest command of each luminaire that is newer than what it was sent, and can be sent.

        One that left the registry and came back is counted from 1 again.
        """
        known, newest = addresses.by_luminaire, dict[str, Command]()
        self._sent = {luminaire: sequence for luminaire, sequence in self._sent.items() if luminaire in known}
        strange = [command.luminaire for command in commands if command.luminaire not in known]
        if strange:
            _log.warning("no device to tell", extra={"number": len(strange), "first": strange[0]})
        for command in (command for command in commands if command.luminaire in known):
            before = newest.get(command.luminaire)
            known_as = self._sent.get(command.luminaire, 0) if before is None else before.sequence
            if command.sequence > known_as:
                newest[command.luminaire] = command
        return list(newest.values())

    def _loads(self, commands: Sequence[Command], addresses: Addresses) -> list[Load]:
        multicasts = () if self._rest is None or self._alone_until is not None else addresses.multicasts
        return loads(commands, [item for item in multicasts if item.id not in self._refused])

    def _cast(self, multicast: Multicast, commands: Sequence[Command], addresses: Addresses) -> bool:
        """Whether the multicast group took it; one that ChirpStack doesn't know is not tried again.

        Raises:
            DeliveryDelayed: the API takes nothing now.
        """
        if self._rest is None:
            return False
        address = addresses.by_luminaire[commands[0].luminaire]
        try:
            self._rest.enqueue(multicast.id, multicast_downlink(multicast.id, address, commands[0].level))
        except DeliveryRefused as refused:
            _log.exception("a multicast group is not used", extra={"group": multicast.id, "why": str(refused)})
            self._refused.add(multicast.id)
            return False
        self._note_sent(commands)
        return True
