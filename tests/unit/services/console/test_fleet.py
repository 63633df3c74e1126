"""What lamps over MQTT do with what they hear, and with silence; what comes is handed to them as the client would."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from paho.mqtt.client import MQTTMessage

from services.console.fleet import Fleet
from services.lighting_controller.domain.commanding.driver import Command, CommandReason
from services.lighting_controller.domain.commanding.kept_programme import KeptProgramme, KeptStep
from services.lighting_controller.drivers.mqtt_line import MqttAddress
from services.lighting_controller.drivers.mqtt_messages import (
    BEAT_TOPIC,
    beat,
    desired,
    desired_topic,
    programme_topic,
    uploaded,
)

T0 = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PROGRAMME = KeptProgramme("a", (KeptStep(T0 - 60 * MINUTE, 35), KeptStep(T0 + 30 * MINUTE, 0)), T0 + 99 * MINUTE)


class Street:
    """One lamp, ``a``, and a clock that the test moves."""

    def __init__(self) -> None:
        self.now = T0
        self.alone: list[tuple[bool, int | None]] = []
        self._fleet = Fleet(
            MqttAddress("nowhere", 1, None, None, tls=False),
            ["a"],
            lambda: self.now,
            alone=lambda _lamp, alone, level: self.alone.append((alone, level)),
        )

    def hear(self, topic: str, payload: bytes, *, retained: bool = False) -> None:
        message = MQTTMessage(topic=topic.encode())
        message.payload, message.retain = payload, retained
        self._fleet._on_message(self._fleet._client, None, message)

    def tell(self, level: int, sequence: int, sent_at: datetime, *, retained: bool = False) -> None:
        command = Command("a", level, timedelta(), CommandReason.PROGRAM, "calendar", sequence)
        self.hear(desired_topic("a"), desired(command, sent_at), retained=retained)

    def does(self) -> tuple[int | None, int | None, int | None]:
        """Feedback, light, and the sequence that was obeyed last."""
        self._fleet.tick()
        (report,) = self._fleet.reports()
        return report.feedback, report.actual, report.sequence


@pytest.fixture
def street() -> Street:
    return Street()


def test_lamp_that_never_heard_anything_is_light(street: Street) -> None:
    assert street.does() == (None, 100, 0)


def test_lamp_whose_power_returns_and_for_which_no_level_is_retained_follows_its_programme(street: Street) -> None:
    street.hear(programme_topic("a"), uploaded(PROGRAMME), retained=True)
    assert street.does() == (35, 35, 0)
    street.now += 30 * MINUTE
    assert street.does() == (0, 0, 0)
    street.now += 69 * MINUTE
    assert street.does() == (100, 100, 0)


@pytest.mark.parametrize(("age", "level"), [(9, 20), (10, 35)])
def test_retained_level_counts_as_long_as_its_controller_was_there_a_moment_ago(
    street: Street, age: int, level: int
) -> None:
    street.hear(programme_topic("a"), uploaded(PROGRAMME), retained=True)
    street.tell(20, 7, T0 - 300 * MINUTE, retained=True)
    street.hear(BEAT_TOPIC, beat(T0 - age * MINUTE), retained=True)
    assert street.does() == (level, level, 7)


def test_silence_of_ten_minutes_is_a_controller_that_is_gone_and_one_beat_brings_it_back(street: Street) -> None:
    street.hear(programme_topic("a"), uploaded(PROGRAMME))
    street.tell(20, 1, T0)
    found = []
    for minute in (0, 9, 10, 11):
        street.now = T0 + minute * MINUTE
        found.append(street.does()[1])
    assert found == [20, 20, 35, 35]
    street.hear(BEAT_TOPIC, beat(street.now))
    assert street.does() == (20, 20, 1)
    assert street.alone == [(False, 20), (True, 35), (False, 20)]


def test_lamp_that_has_no_programme_burns_when_its_controller_is_gone(street: Street) -> None:
    street.tell(0, 1, T0)
    street.now += 10 * MINUTE
    assert street.does() == (None, 100, 1)


def test_message_without_a_time_is_heard_now_unless_it_was_retained(street: Street) -> None:
    street.hear(desired_topic("a"), b'{"level": 20, "sequence": 1}', retained=True)
    assert street.does() == (None, 100, 1)
    street.hear(desired_topic("a"), b'{"level": 20, "sequence": 1}')
    assert street.does() == (20, 20, 1)


def test_time_in_the_future_holds_no_longer_than_now(street: Street) -> None:
    street.tell(20, 1, T0 + 300 * MINUTE)
    street.hear(BEAT_TOPIC, beat(T0 + 300 * MINUTE))
    street.now += 10 * MINUTE
    assert street.does() == (None, 100, 1)


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b"{}", b'{"at": "2022-01-10T01:45:00"}', b'{"steps": [1]}'])
def test_what_cannot_be_read_is_as_if_it_never_came(street: Street, body: bytes) -> None:
    street.hear(programme_topic("a"), uploaded(PROGRAMME))
    street.tell(20, 1, T0)
    for topic in (BEAT_TOPIC, desired_topic("a"), programme_topic("a"), desired_topic("b")):
        street.hear(topic, body)
    assert street.does() == (20, 20, 1)
    street.now += 10 * MINUTE
    assert street.does() == (35, 35, 1)
