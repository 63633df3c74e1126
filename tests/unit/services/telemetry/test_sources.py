"""What each way in reads, and what it says about what it can't read."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.telemetry.domain.claim import Radio
from services.telemetry.sources import chirpstack, observations_json, things_stack
from shared.model.rejections import RejectionReason

# The example of ChirpStack's documentation for a Milesight EM500-UDL, with its decoded object.
CHIRPSTACK = {
    "deduplicationId": "57433366-50a6-4dc2-8145-2df1bbc70d9e",
    "time": "2023-05-22T07:47:05.404859+00:00",
    "deviceInfo": {"devEui": "1000000000000001", "deviceName": "Device name", "tags": {}},
    "fPort": 85,
    "data": "AXVkA4IeAA==",
    "object": {"battery": 100.0, "distance": 30.0},
    "rxInfo": [{"gatewayId": "6a7e111a10000000"}, {"gatewayId": "6a7e111a10000001"}],
}


def test_one_observation_or_a_list_of_them() -> None:
    item = {"device": "d", "time": "2022-01-10T02:45:00+01:00", "values": {"hauteur": 2018}}
    for content, count in ((item, 1), ([item, item], 2)):
        claims, refused = observations_json.read(json.dumps(content).encode(), "t")
        assert (len(claims), refused) == (count, [])
        assert claims[0].time == datetime(2022, 1, 10, 1, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        pytest.param(b"{", "not JSON", id="not JSON"),
        pytest.param(b"\xff\xfe", "not JSON", id="not text"),
        pytest.param(b"[" * 100_000, "not JSON", id="too deep"),
        pytest.param(b"3", "an observation is an object", id="a number"),
        pytest.param(b'{"time": "2022-01-10T01:45:00Z", "values": {}}', "'device' must be", id="no device"),
        pytest.param(b'{"device": "d", "time": 3, "values": {}}', "'time' must be text", id="number as a time"),
        pytest.param(b'{"device": "d", "time": "soon", "values": {}}', "is not a time", id="no time"),
        pytest.param(b'{"device": "d", "time": "2022-01-10T01:45:00", "values": {}}', "no offset", id="no offset"),
        pytest.param(b'{"device": "d", "time": "2022-01-10T01:45:00Z"}', "'values' must be", id="no values"),
    ],
)
def test_what_cannot_be_read_says_why(body: bytes, says: str) -> None:
    claims, (refused,) = observations_json.read(body, "t")
    assert claims == []
    assert refused.reason is RejectionReason.UNREADABLE
    assert says in refused.detail


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=5))
def test_whatever_reader_takes_it_a_body_says_the_same(content: object) -> None:
    body = json.dumps({"content": content}).encode()
    # repr: NaN equals nothing, not even itself.
    assert repr(observations_json.load(body)) == repr(json.loads(body))


@pytest.mark.parametrize("number", ["1e999", "-Infinity", "9" * 400, "18446744073709551616", "0.1e-400"])
def test_a_number_that_few_readers_take_is_read_all_the_same(number: str) -> None:
    assert observations_json.load(number.encode()) == json.loads(number)


def test_nan_harms_only_the_observation_that_says_it() -> None:
    item = '{"device": "%s", "time": "2022-01-10T01:45:00Z", "values": {"h": %s}}'
    body = f"[{item % ('d', 'NaN')}, {item % ('e', '1')}]".encode()
    claims, refused = observations_json.read(body, "t")
    assert [claim.device for claim in claims] == ["d", "e"]
    assert refused == []


def test_a_frame_heard_by_two_gateways_is_one_claim() -> None:
    (claim,), refused = chirpstack.read(json.dumps(CHIRPSTACK).encode(), "t")
    assert refused == []
    assert (claim.device, claim.by_eui) == ("1000000000000001", True)
    assert claim.values["distance"] == 30.0
    assert claim.trace == CHIRPSTACK["deduplicationId"]


def test_an_uplink_that_nobody_decoded_has_its_bytes_all_the_same() -> None:
    raw = {key: value for key, value in CHIRPSTACK.items() if key != "object"}
    (claim,), refused = chirpstack.read(json.dumps(raw).encode(), "t")
    assert (claim.values, claim.payload.hex(), refused) == (None, "01756403821e00", [])


@pytest.mark.parametrize("body", [b"\n$57433366-50a6-4dc2-8145-2df1bbc70d9e", b"\x12\x0c\x08\xf9"])
def test_an_event_in_protobuf_is_refused_with_what_to_set(body: bytes) -> None:
    claims, (refused,) = chirpstack.read(body, "t")
    assert (claims, refused.reason) == ([], RejectionReason.UNREADABLE)
    assert "json=true" in refused.detail


@pytest.mark.parametrize("data", ["AXVkA4IeAA", "é", 3, ["AXVk"], "A" * 8000])
def test_bytes_that_are_none_are_refused(data: object) -> None:
    claims, (refused,) = chirpstack.read(json.dumps({**CHIRPSTACK, "data": data}).encode(), "t")
    assert (claims, refused.reason) == ([], RejectionReason.UNREADABLE)


def test_the_status_of_a_device_is_its_battery_and_no_measure() -> None:
    event = {key: CHIRPSTACK[key] for key in ("time", "deviceInfo")}
    told = {"margin": 7, "externalPowerSource": False, "batteryLevelUnavailable": False, "batteryLevel": 75.3}
    (claim,), refused = chirpstack.read_status(json.dumps({**event, **told}).encode(), "t")
    assert (claim.values, claim.payload, claim.battery_percent, refused) == (None, b"", 75.3, [])
    (claim,), _ = chirpstack.read_status(json.dumps({**event, "batteryLevelUnavailable": True}).encode(), "t")
    assert claim.battery_percent is None


def test_of_several_gateways_the_one_that_heard_best_counts() -> None:
    gateways = [
        {"gatewayId": "a", "rssi": -110, "snr": 9.5},
        {"gatewayId": "b", "rssi": -70},
        {"gatewayId": "b", "rssi": -95, "snr": 1.0},
        {"gatewayId": "c"},
    ]
    (claim,), _ = chirpstack.read(json.dumps({**CHIRPSTACK, "rxInfo": gateways}).encode(), "t")
    # What is 0 is left out by the network server: no SNR beside an RSSI is an SNR of 0, no counter is the counter 0.
    assert claim.radio == Radio(rssi_dbm=-70.0, snr_db=0.0, gateways=3, frame_counter=0)


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_body_gives_anything_but_claims_and_rejections(body: bytes) -> None:
    for read in (observations_json.read, chirpstack.read, chirpstack.read_status, things_stack.read):
        claims, refused = read(body, "t")
        assert all(item.reason in RejectionReason for item in refused)
        assert claims or refused or body.strip() == b"[]"
