"""The Things Stack v3: what an application is told of a device, as webhooks, MQTT and Pub/Sub carry it.

Uplinks carry a frame: its bytes in ``frm_payload`` and, where a payload formatter is set, ``decoded_payload``. The time
is the network server's reception. Joins, downlinks and the like say nothing of the sensor and are passed over.
``simulated`` uplinks were made up in the console, to try the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from services.telemetry.domain.claim import Claim, Rejection
from services.telemetry.domain.decoding import finite
from services.telemetry.sources import lorawan
from services.telemetry.sources.lorawan import Reception, at, items
from services.telemetry.sources.observations_json import Unreadable, load, read_time
from shared.model.rejections import RejectionReason

_OTHERS: Final = frozenset(
    {
        "uplink_normalized",
        "join_accept",
        "downlink_ack",
        "downlink_nack",
        "downlink_sent",
        "downlink_failed",
        "downlink_queued",
        "downlink_queue_invalidated",
        "location_solved",
        "service_data",
    }
)


def read(body: bytes, trace: str) -> tuple[list[Claim], list[Rejection]]:
    """The claim in an uplink; none in other messages; or why there is none."""
    try:
        content = load(body)
        if isinstance(content, dict) and _OTHERS & content.keys():
            return [], []
        return [_uplink(content, trace)], []
    except Unreadable as error:
        return [], [Rejection(RejectionReason.UNREADABLE, str(error), trace=trace)]


def _uplink(content: Any, trace: str) -> Claim:
    uplink = at(content, "uplink_message")
    if not isinstance(uplink, dict):
        raise Unreadable("no 'uplink_message': this is not a message of The Things Stack v3, in JSON")
    decoded = uplink.get("decoded_payload")
    return Claim(
        device=lorawan.dev_eui(at(content, "end_device_ids", "dev_eui"), "end_device_ids.dev_eui"),
        time=read_time(uplink.get("received_at") or at(content, "received_at")),
        values=decoded if isinstance(decoded, dict) else None,
        trace=trace,
        by_eui=True,
        # Port 0 is the network's own; a zero is left out.
        payload=lorawan.payload(uplink.get("frm_payload")) if uplink.get("f_port") else b"",
        radio=lorawan.radio(_receptions(uplink), uplink.get("f_cnt")),
        simulated=bool(at(content, "simulated") or uplink.get("simulated")),
    )


def _receptions(uplink: Any) -> Iterator[Reception]:
    for item in items(uplink.get("rx_metadata")):
        yield Reception(_gateway(item), finite(item.get("rssi")), finite(item.get("snr")))


def _gateway(item: Any) -> str:
    """A gateway that Packet Broker forwards for is itself, also when it was heard directly."""
    forwarded, own = at(item, "packet_broker", "forwarder_gateway_eui"), at(item, "gateway_ids", "eui")
    return str(forwarded or own or at(item, "gateway_ids", "gateway_id")).lower()
