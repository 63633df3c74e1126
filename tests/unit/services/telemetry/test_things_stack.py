"""What is made of a message of The Things Stack, with all that it leaves out."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from services.telemetry.domain.claim import Claim, Radio
from services.telemetry.sources import things_stack
from shared.model.rejections import RejectionReason

IDS = {"device_id": "bin-7", "dev_eui": "70B3D57BA0000BCE"}


def read(uplink: Any, **rest: Any) -> Any:
    return things_stack.read(json.dumps({"end_device_ids": IDS, "uplink_message": uplink, **rest}).encode(), "t")


def claim_of(uplink: dict[str, Any], **rest: Any) -> Claim:
    (claim,), refused = read({"received_at": "2023-05-18T08:25:25.906399073Z", **uplink}, **rest)
    assert refused == []
    assert isinstance(claim, Claim)
    return claim


def test_a_time_of_nanoseconds_is_read_and_the_network_servers_comes_first() -> None:
    claim = claim_of({"f_port": 1}, received_at="2023-05-18T08:25:26.112483370Z")
    assert claim.time == datetime(2023, 5, 18, 8, 25, 25, 906399, tzinfo=UTC)
    assert (claim.device, claim.by_eui) == ("70b3d57ba0000bce", True)


def test_what_is_left_out_because_it_is_zero_is_zero() -> None:
    gateway = {"gateway_ids": {"gateway_id": "g"}, "rssi": -24}
    claim = claim_of({"f_port": 1, "rx_metadata": [gateway]})
    assert claim.radio == Radio(rssi_dbm=-24.0, snr_db=0.0, gateways=1, frame_counter=0)


def test_what_a_payload_formatter_left_out_was_not_measured() -> None:
    # decoded_payload is told as it was decoded, zeros too: the server leaves out its own fields alone.
    assert claim_of({"f_port": 1, "decoded_payload": {"count": 0}}).values == {"count": 0}
    assert claim_of({"f_port": 1, "decoded_payload": {}}).values == {}
    assert claim_of({"f_port": 1}).values is None


@pytest.mark.parametrize("uplink", [{"f_cnt": 7}, {"f_port": 0, "frm_payload": "AXVk"}, {"f_port": 3}])
def test_a_frame_of_the_network_alone_has_no_payload(uplink: dict[str, Any]) -> None:
    claim = claim_of(uplink)
    assert (claim.values, claim.payload) == (None, b"")


def test_a_gateway_that_packet_broker_forwards_for_is_counted_once() -> None:
    eui = "6A7E111A10000000"
    receptions = [
        {"gateway_ids": {"gateway_id": "eui-x", "eui": eui}, "rssi": -24, "snr": 12},
        {"gateway_ids": {"gateway_id": "packetbroker"}, "packet_broker": {"forwarder_gateway_eui": eui.lower()}},
        {"gateway_ids": {"gateway_id": "other"}, "rssi": -80, "snr": 3},
    ]
    claim = claim_of({"f_port": 1, "f_cnt": 5017, "rx_metadata": receptions})
    assert claim.radio == Radio(rssi_dbm=-24.0, snr_db=12.0, gateways=2, frame_counter=5017)


@pytest.mark.parametrize("rest", [{"simulated": True}, {}])
def test_an_uplink_that_was_made_up_says_so(rest: dict[str, Any]) -> None:
    assert claim_of({"f_port": 1}, **rest).simulated is bool(rest)


@pytest.mark.parametrize("sort", ["join_accept", "downlink_sent", "location_solved", "service_data"])
def test_other_messages_are_passed_over(sort: str) -> None:
    assert things_stack.read(json.dumps({"end_device_ids": IDS, sort: {}}).encode(), "t") == ([], [])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({}, "uplink_message"),
        ({"uplink_message": {"received_at": "2023-05-18T08:25:25Z"}}, "dev_eui"),
        ({"end_device_ids": IDS, "uplink_message": {}}, "'time' must be text"),
        ({"end_device_ids": {"dev_eui": "70B3"}, "uplink_message": {"f_port": 1}}, "16 hexadecimal digits"),
        (
            {"end_device_ids": IDS, "uplink_message": {"f_port": 1, "frm_payload": "%", "received_at": "2023-05-18Z"}},
            "is not a time",
        ),
    ],
)
def test_what_is_no_uplink_says_why(content: dict[str, Any], says: str) -> None:
    claims, (refused,) = things_stack.read(json.dumps(content).encode(), "t")
    assert (claims, refused.reason) == ([], RejectionReason.UNREADABLE)
    assert says in refused.detail
