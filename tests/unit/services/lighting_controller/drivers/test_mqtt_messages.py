"""What goes over MQTT, and what may come that is no report."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.lighting_controller.domain.commanding.driver import Command, CommandReason, Report
from services.lighting_controller.domain.commanding.kept_programme import KeptProgramme, KeptStep
from services.lighting_controller.drivers.mqtt_line import MqttAddress
from services.lighting_controller.drivers.mqtt_messages import (
    BEAT_TOPIC,
    NotAReport,
    beat,
    desired,
    desired_topic,
    programme_topic,
    read_beat,
    read_desired,
    read_own,
    read_report,
    read_uploaded,
    reported,
    reported_topic,
    uploaded,
)
from shared.errors import SettingsError
from shared.runtime.settings import Secret, Settings

KEY = "vigie.luminaires.l1.reported"
HOUR = timedelta(hours=1)
DIM = Command("l1", 30, timedelta(seconds=20), CommandReason.OVERRIDE, "crue-1", 7)


def test_desired_state_is_what_the_operations_page_says(t0: datetime) -> None:
    assert json.loads(desired(DIM, t0)) == {
        "level": 30,
        "ramp_s": 20.0,
        "sequence": 7,
        "reason": "override",
        "ref": "crue-1",
        "sent_at": "2022-01-10T01:45:00Z",
    }
    assert read_desired("l1", desired(DIM, t0)) == (DIM, t0)


def test_report_comes_through_as_it_was_said(t0: datetime) -> None:
    said = Report("a.b", 30, 42, t0, 7, 31.5, lamp_failure=False)
    topic = reported_topic("a.b")
    assert topic == "vigie/luminaires/a~b/reported"
    assert desired_topic("a.b") == "vigie/luminaires/a~b/desired"
    assert read_report(topic.replace("/", "."), reported(said), t0) == said


def test_programme_and_beat_come_through_as_the_luminaires_page_says(t0: datetime) -> None:
    programme = KeptProgramme("a.b", (KeptStep(t0, 50), KeptStep(t0 + HOUR, 0)), t0 + 2 * HOUR)
    assert programme_topic("a.b") == "vigie/luminaires/a~b/programme"
    assert json.loads(uploaded(programme)) == {
        "steps": [{"at": "2022-01-10T01:45:00Z", "level": 50}, {"at": "2022-01-10T02:45:00Z", "level": 0}],
        "until": "2022-01-10T03:45:00Z",
    }
    assert read_uploaded("a.b", uploaded(programme)) == programme
    assert (BEAT_TOPIC, beat(t0)) == ("vigie/luminaires/controller", b'{"at":"2022-01-10T01:45:00Z"}')
    assert read_beat(beat(t0)) == t0


def test_programme_without_an_end_is_none(t0: datetime) -> None:
    with pytest.raises(ValueError, match="no end"):
        uploaded(KeptProgramme("a", (KeptStep(t0, 50),)))


def test_reports_of_other_topics_are_not_ours(t0: datetime) -> None:
    assert read_own("application.1.device.0.event.up", b"?", t0) is None
    assert read_own(KEY, b'{"sequence": 1, "feedback": 30}', t0) is not None


def test_report_that_waited_for_a_week_is_of_its_time(t0: datetime) -> None:
    said = {"sequence": 1, "feedback": 30, "at": (t0 - timedelta(days=7)).isoformat()}
    assert read_report(KEY, json.dumps(said).encode(), t0).at == t0 - timedelta(days=7)


def test_report_without_a_time_is_of_now_and_one_of_a_fast_clock_too(t0: datetime) -> None:
    assert read_report(KEY, b'{"sequence": 1, "feedback": 30}', t0) == Report("l1", 30, None, t0, 1)
    ahead = {"sequence": 1, "feedback": 30, "at": (t0 + timedelta(minutes=4)).isoformat(), "model": "X"}
    assert read_report(KEY, json.dumps(ahead).encode(), t0).at == t0


@pytest.mark.parametrize(
    ("key", "body", "reason"),
    [
        (KEY, b"", "unreadable"),
        (KEY, b"\xff\xfe", "unreadable"),
        (KEY, b"[]", "unreadable"),
        (KEY, b"{}", "unreadable"),
        (KEY, b'{"sequence": 1, "feedback": 101}', "unreadable"),
        (KEY, b'{"sequence": 1, "feedback": "50"}', "unreadable"),
        (KEY, b'{"sequence": 1, "feedback": NaN}', "unreadable"),
        (KEY, b'{"sequence": -1, "feedback": 50}', "unreadable"),
        (KEY, b'{"sequence": 9223372036854775807, "feedback": 50}', "unreadable"),
        (KEY, b'{"sequence": 1, "feedback": 50, "at": "2022-01-10T01:45:00"}', "unreadable"),
        (KEY, b'{"sequence": 1, "feedback": 50, "at": "2022-01-10T01:51:00Z"}', "from-the-future"),
        (KEY, b'{"sequence": 1, "feedback": 50, "at": "2022-01-03T01:44:59Z"}', "too-old"),
        (KEY, b'{"sequence": 1, "feedback": 50, "at": "1970-01-01T00:00:30Z"}', "too-old"),
        (KEY, b'{"sequence": 1, "feedback": 50, "at": "0001-01-01T00:00:00+02:00"}', "too-old"),
        ("vigie.luminaires.a.b.reported", b'{"sequence": 1, "feedback": 50}', "wrong-topic"),
    ],
)
def test_what_is_no_report_is_refused_with_its_reason(t0: datetime, key: str, body: bytes, reason: str) -> None:
    with pytest.raises(NotAReport) as refused:
        read_report(key, body, t0)
    assert refused.value.reason == reason


@given(
    body=st.binary(max_size=200)
    | st.dictionaries(st.text(), st.integers() | st.text()).map(lambda d: json.dumps(d).encode())
)
def test_anything_is_a_report_or_refused(body: bytes) -> None:
    now = datetime.fromisoformat("2022-01-10T01:45:00+00:00")
    try:
        assert read_report(KEY, body, now).luminaire == "l1"
    except NotAReport as refused:
        assert refused.reason in {"unreadable", "from-the-future", "too-old"}  # noqa: PT017 - either is right


def test_address_has_its_parts_decoded_and_its_port_by_default() -> None:
    address = MqttAddress.read(Secret("mqtts://vhost%3Auser:p%40ss@broker"))
    assert (address.host, address.port, address.user, address.tls) == ("broker", 8883, "vhost:user", True)
    assert address.password is not None
    assert address.password.reveal() == "p@ss"
    assert "p@ss" not in repr(address)


@pytest.mark.parametrize("url", ["amqp://broker", "broker:1883", "mqtt://", "mqtt://u:secret@broker:port"])
def test_address_that_is_none_is_refused_without_telling_it(url: str) -> None:
    with pytest.raises(SettingsError) as refused:
        MqttAddress.read(Secret(url))
    assert "secret" not in str(refused.value)


def test_driver_over_mqtt_needs_an_address() -> None:
    with pytest.raises(SettingsError, match="VIGIE_MQTT_URL: needed by the driver mqtt"):
        Settings.from_environment({"VIGIE_LIGHTING_DRIVER": "mqtt"})


def test_watts_that_no_luminaire_draws_are_passed_over_and_its_level_is_heard(t0: datetime) -> None:
    said = b'{"sequence": 1, "feedback": 30, "actual": 30, "power_w": 1e9}'
    assert read_report(KEY, said, t0) == Report("l1", 30, 30, t0, 1)


def test_command_after_the_greatest_number_that_a_lamp_may_say_can_be_read(t0: datetime) -> None:
    greatest = read_report(KEY, b'{"sequence": 2000000000, "feedback": 30}', t0).sequence
    assert greatest is not None
    following = replace(DIM, sequence=greatest + 1)
    assert read_desired("l1", desired(following, t0)) == (following, t0)
