"""What a topic says about its message, and what is made of it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.telemetry.sources import mqtt
from shared.model.rejections import RejectionReason
from shared.model.uplinks import Uplink

OBSERVATION = {"device": "d", "time": "2022-01-10T01:45:00Z", "values": {"hauteur": 2018}}
EVENT = {"time": "2023-05-22T07:47:05Z", "deviceInfo": {"devEui": "1000000000000001"}, "object": {"distance": 30.0}}
MESSAGE = {
    "end_device_ids": {"device_id": "d", "dev_eui": "1000000000000001"},
    "received_at": "2023-05-18T08:25:26.112483370Z",
    "uplink_message": {"f_port": 85, "frm_payload": "AXVkA4IeAA==", "decoded_payload": {"distance": 30}},
}
LIMIT = 1000


def published(topic: str, content: object) -> mqtt.Published:
    found = mqtt.read(Uplink(topic, json.dumps(content).encode()), LIMIT)
    assert found is not None
    return found


@pytest.mark.parametrize(("content", "count"), [(OBSERVATION, 1), ([OBSERVATION, OBSERVATION], 2), ([], 0)])
def test_a_directorate_publishes_one_observation_or_a_list(content: object, count: int) -> None:
    found = published("vigie.gemapi.observations", content)
    assert (found.directorate, len(found.claims), list(found.refused)) == ("gemapi", count, [])


@pytest.mark.parametrize("between", ["", "application.1.device.1000000000000001.event."])
def test_the_last_level_of_a_topic_of_chirpstack_is_the_event(between: str) -> None:
    found = published(f"vigie.gemapi.chirpstack.{between}up", EVENT)
    (claim,) = found.claims
    assert (found.directorate, claim.device, claim.by_eui) == ("gemapi", "1000000000000001", True)


@pytest.mark.parametrize(
    "topic",
    [
        "vigie.gemapi.chirpstack",
        "vigie.gemapi.chirpstack.application.1.device.2.event.join",
        "vigie.gemapi.things-stack",
        "vigie.gemapi.things-stack.v3.app@tenant.devices.d.join",
        "application.1.device.1000000000000001.event.txack",
        "v3.app@tenant.devices.d.down.sent",
        "v3.app@tenant.devices.d.service.data",
    ],
)
def test_other_events_are_passed_over(topic: str) -> None:
    assert mqtt.read(Uplink(topic, b"anything"), LIMIT) is None


@pytest.mark.parametrize(
    ("topic", "directorate", "network_server"),
    [
        ("vigie.gemapi.things-stack.up", "gemapi", False),
        ("vigie.gemapi.things-stack.v3.app@tenant.devices.d.up", "gemapi", False),
        ("v3.app@tenant.devices.d.up", "", True),
    ],
)
def test_the_things_stack_publishes_below_a_directorate_or_where_it_does_by_itself(
    topic: str, directorate: str, network_server: bool
) -> None:
    found = published(topic, MESSAGE)
    (claim,) = found.claims
    assert (found.directorate, found.network_server) == (directorate, network_server)
    assert (claim.device, claim.by_eui, claim.values) == ("1000000000000001", True, {"distance": 30})


@pytest.mark.parametrize("eui", ["1000000000000001", "1000000000000001".upper()])
@pytest.mark.parametrize("event", ["up", "status"])
def test_chirpstack_publishes_where_it_does_by_itself(eui: str, event: str) -> None:
    found = published(f"application.ca739e26.device.{eui}.event.{event}", EVENT)
    assert (found.directorate, found.network_server, len(found.claims)) == ("", True, 1)


def test_at_the_topic_of_a_device_nothing_is_said_of_another() -> None:
    found = published("application.1.device.1000000000000002.event.up", EVENT)
    (refused,) = found.refused
    assert (list(found.claims), refused.reason, refused.device) == ([], RejectionReason.WRONG_KEY, "1000000000000001")


@pytest.mark.parametrize("topic", ["", "vigie", "vigie.gemapi", "vigie.gemapi.observations.more", "vigie.gemapi.up"])
def test_an_unknown_topic_is_refused_by_name(topic: str) -> None:
    found = published(topic, OBSERVATION)
    (refused,) = found.refused
    assert (list(found.claims), refused.reason) == ([], RejectionReason.UNREADABLE)
    assert refused.detail.endswith(topic.replace(".", "/"))


def test_a_body_may_have_as_many_bytes_as_over_http_and_no_more() -> None:
    body = json.dumps(OBSERVATION).encode().ljust(LIMIT)
    assert mqtt.read(Uplink("vigie.gemapi.observations", body), LIMIT).refused == []
    (refused,) = mqtt.read(Uplink("vigie.gemapi.observations", body + b" "), LIMIT).refused
    assert refused.reason is RejectionReason.TOO_LARGE


def test_the_trace_of_a_message_is_the_same_when_it_comes_again_and_no_other_has_it() -> None:
    traces = [
        published(topic, {**OBSERVATION, "device": device}).claims[0].trace
        for topic in ("vigie.gemapi.observations", "vigie.dechets.observations")
        for device in ("d", "e", "d")
    ]
    assert traces[0] == traces[2]
    assert len(set(traces)) == 4


def test_what_cannot_be_read_has_the_trace_of_its_message() -> None:
    found = published("vigie.gemapi.observations", 3)
    assert [item.trace for item in found.refused] == [found.trace]


@given(st.text(max_size=60), st.binary(max_size=100))
def test_no_message_gives_anything_but_claims_and_rejections(topic: str, body: bytes) -> None:
    found = mqtt.read(Uplink(topic, body), LIMIT)
    assert found is None or found.claims or found.refused or body.strip() == b"[]"
