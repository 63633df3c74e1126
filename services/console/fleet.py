"""Simulated luminaires as clients of an MQTT broker: what a real one has to do, done by thousands of pretended ones."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

import msgspec
from paho.mqtt.client import Client, MQTTMessage

from services.lighting_controller.domain.commanding.driver import Command, Report
from services.lighting_controller.domain.commanding.kept_programme import ALONE_AFTER, KeptProgramme
from services.lighting_controller.domain.commanding.simulated_lamp import SimulatedLamp, led_watts
from services.lighting_controller.drivers.mqtt_line import MqttAddress
from services.lighting_controller.drivers.mqtt_messages import (
    BEAT_TOPIC,
    desired_topic,
    programme_topic,
    read_beat,
    read_desired,
    read_uploaded,
    reported,
    reported_topic,
)
from shared.errors import InputError

REPORT_EVERY: Final = timedelta(minutes=1)
_KEEP_ALIVE_S: Final = 10
_IN_FLIGHT: Final = 200
_TOPICS_AT_ONCE: Final = 200
_LONGEST_ABSENCE_S: Final = 30
_NEVER: Final = datetime.min.replace(tzinfo=UTC)

Told = Callable[[str, Command], None]
Alone = Callable[[str, bool, int | None], None]


class Fleet:
    """Luminaires that share one connection. They forget everything when the process ends, as a lamp without power.

    Args:
        told: called with luminaire and command for each command that is obeyed.
        alone: called with luminaire, whether it goes on by itself now, and its light in percent, when that changes.
        clock: the time, UTC.
        alone_after: one that heard nothing of the controller for so long follows its programme.
    """

    def __init__(
        self,
        address: MqttAddress,
        luminaires: Iterable[str],
        clock: Callable[[], datetime],
        told: Told = lambda _luminaire, _command: None,
        report_every: timedelta = REPORT_EVERY,
        alone_after: timedelta = ALONE_AFTER,
        alone: Alone = lambda _luminaire, _is, _level: None,
    ) -> None:
        self._clock, self._told, self._report_every, self._alone_after = clock, told, report_every, alone_after
        now = clock()
        self._lamps = {name: SimulatedLamp(name, now, programme=KeptProgramme(name)) for name in luminaires}
        self._tell_alone = alone
        self._alone = set(self._lamps)
        self._heard: dict[str, datetime] = {}
        self._beat = _NEVER
        self._takes: dict[str, Callable[[MQTTMessage], None]] = {BEAT_TOPIC: self._take_beat}
        for name in self._lamps:
            self._takes[desired_topic(name)] = partial(self._take_desired, name)
            self._takes[programme_topic(name)] = partial(self._take_programme, name)
        self._said: dict[str, Report] = {}
        self._turn = threading.Lock()
        self._refusal: str | None = None
        self._address = address
        self._client = self._make_client()

    def _make_client(self) -> Client:
        client = self._address.client(f"lamps-{secrets.token_hex(8)}", comes_back=True)
        client.max_inflight_messages_set(_IN_FLIGHT)
        client.reconnect_delay_set(1, _LONGEST_ABSENCE_S)
        client.on_connect, client.on_message = self._on_connect, self._on_message
        return client

    def begin(self) -> None:
        """Connect, and come back whenever the connection is lost.

        Raises:
            InputError: the broker is not there.
        """
        try:
            self._client.connect(self._address.host, self._address.port, _KEEP_ALIVE_S)
        except OSError as error:
            raise InputError(f"the broker is away: {error}") from error
        self._client.loop_start()

    def end(self) -> None:
        """Leave the broker."""
        self._client.disconnect()
        self._client.loop_stop()

    def tick(self) -> None:
        """Report what changed, and everything that was not reported for long. Call it a few times a second.

        Raises:
            InputError: the broker does not let us in.
        """
        if self._refusal is not None:
            raise InputError(f"the broker does not let the lamps in: {self._refusal}")
        with self._turn:
            now = self._clock()
            for luminaire in self._lamps:
                self._look_whether_alone(luminaire, now)
                if self._is_news(luminaire, now):
                    self._report(luminaire, now)

    def reports(self) -> list[Report]:
        """What each would say now."""
        with self._turn:
            now = self._clock()
            return [self._state(luminaire, now) for luminaire in self._lamps]

    def _on_connect(self, client: Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            self._refusal = str(reason)
            return
        topics = list(self._takes)
        for begin in range(0, len(topics), _TOPICS_AT_ONCE):
            client.subscribe([(topic, 1) for topic in topics[begin : begin + _TOPICS_AT_ONCE]])
        with self._turn:
            # Said again to whoever did not hear it.
            self._said.clear()

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        take = self._takes.get(message.topic)
        if take is not None:
            # What can't be read is as if it had never come.
            with suppress(msgspec.DecodeError), self._turn:
                take(message)

    def _take_desired(self, luminaire: str, message: MQTTMessage) -> None:
        command, sent_at = read_desired(luminaire, bytes(message.payload))
        now, before = self._clock(), self._lamps[luminaire]
        self._lamps[luminaire] = before.obey(command, now, self._heard_at(luminaire))
        # One that was retained may be of a controller that is long gone.
        heard = now if sent_at is None and not message.retain else sent_at or _NEVER
        self._heard[luminaire] = max(self._heard.get(luminaire, _NEVER), min(heard, now))
        if self._lamps[luminaire] is not before:
            self._told(luminaire, command)
        # Also one that is passed over is answered: the last answer may have been lost.
        self._report(luminaire, now)

    def _take_programme(self, luminaire: str, message: MQTTMessage) -> None:
        programme = read_uploaded(luminaire, bytes(message.payload))
        self._lamps[luminaire] = replace(self._lamps[luminaire], programme=programme)

    def _take_beat(self, message: MQTTMessage) -> None:
        self._beat = max(self._beat, min(read_beat(bytes(message.payload)), self._clock()))

    def _look_whether_alone(self, luminaire: str, now: datetime) -> None:
        lamp, heard = self._lamps[luminaire], self._heard_at(luminaire)
        if lamp.is_alone(now, heard, self._alone_after) != (luminaire in self._alone):
            self._alone ^= {luminaire}
            level = lamp.report(now, heard, self._alone_after).actual
            self._tell_alone(luminaire, luminaire in self._alone, level)

    def _heard_at(self, luminaire: str) -> datetime:
        return max(self._beat, self._heard.get(luminaire, _NEVER))

    def _is_news(self, luminaire: str, now: datetime) -> bool:
        said, state = self._said.get(luminaire), self._state(luminaire, now)
        return said is None or now - said.at >= self._report_every or replace(said, at=state.at) != state

    def _state(self, luminaire: str, now: datetime) -> Report:
        lamp = self._lamps[luminaire]
        said = lamp.report(now, self._heard_at(luminaire), self._alone_after)
        power_w = None if said.actual is None else led_watts(said.actual)
        return replace(said, sequence=lamp.sequence, power_w=power_w)

    def _report(self, luminaire: str, now: datetime) -> None:
        # What is not said now is said by the state that is reported after the next connection.
        if self._client.is_connected():
            self._said[luminaire] = self._state(luminaire, now)
            self._client.publish(reported_topic(luminaire), reported(self._said[luminaire]), qos=1)


def named(luminaires: str | None, count: int | None, prefix: str) -> Sequence[str]:
    """The ids that are meant: those in a list with commas, or ``count`` of them from ``prefix`` and a number.

    Raises:
        InputError: neither or both are given.
    """
    if (luminaires is None) == (count is None):
        raise InputError("say which lamps: --luminaires a,b,c, or --count N with --prefix")
    if luminaires is not None:
        return [part.strip() for part in luminaires.split(",") if part.strip()]
    width = len(str(count))
    return [f"{prefix}{number:0{width}}" for number in range(1, (count or 0) + 1)]
