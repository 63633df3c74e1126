"""ChirpStack's events, as its integrations publish them in JSON over HTTP, MQTT and AMQP.

``up`` carries a frame: its bytes in ``data`` and, where the device profile has a codec, ``object``. ``status`` carries
the battery. The others say nothing of the sensor and are passed over. ``time`` is the network server's. Events of
ChirpStack 3 are read too: they name things otherwise, and their only time may be a gateway's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from services.telemetry.domain.claim import Claim, Rejection, legible
from services.telemetry.domain.decoding import finite
from services.telemetry.sources import lorawan
from services.telemetry.sources.lorawan import Reception, at, items
from services.telemetry.sources.observations_json import Unreadable, load, read_time
from shared.model.rejections import RejectionReason


def read(body: bytes, trace: str) -> tuple[list[Claim], list[Rejection]]:
    """The claim in an ``up`` event, or why there is none."""
    return _read(body, trace, _uplink)


def read_status(body: bytes, trace: str) -> tuple[list[Claim], list[Rejection]]:
    """The claim in a ``status`` event: a device lives, and its battery."""
    return _read(body, trace, _status)


def _read(body: bytes, trace: str, claim: Any) -> tuple[list[Claim], list[Rejection]]:
    try:
        return [claim(_json(body), trace)], []
    except Unreadable as error:
        return [], [Rejection(RejectionReason.UNREADABLE, str(error), trace=trace)]


def _json(body: bytes) -> Any:
    try:
        return load(body)
    except Unreadable as error:
        raise Unreadable(f"{error}. ChirpStack must send JSON, not Protobuf: json=true in its integration") from error


def _uplink(content: Any, trace: str) -> Claim:
    decoded = at(content, "object")
    port = at(content, "fPort")
    return Claim(
        device=_device(content),
        time=_time(content),
        values=decoded if isinstance(decoded, dict) else _decoded_by_version_3(content),
        trace=_deduplication_id(content) or trace,
        by_eui=True,
        # Port 0 is the network's own.
        payload=b"" if port == 0 else lorawan.payload(at(content, "data")),
        radio=lorawan.radio(_receptions(content), at(content, "fCnt")),
    )


def _status(content: Any, trace: str) -> Claim:
    known = not (at(content, "batteryLevelUnavailable") or at(content, "externalPowerSource"))
    return Claim(
        device=_device(content),
        time=_time(content),
        values=None,
        trace=_deduplication_id(content) or trace,
        by_eui=True,
        battery_percent=finite(at(content, "batteryLevel")) if known else None,
    )


def _device(content: Any) -> str:
    of_version_3 = at(content, "devEUI")
    if of_version_3 is not None:
        return lorawan.dev_eui(of_version_3, "devEUI")
    return lorawan.dev_eui(at(content, "deviceInfo", "devEui"), "deviceInfo.devEui")


def _time(content: Any) -> Any:
    times = (at(content, "time"), *(item.get("time") for item in items(at(content, "rxInfo"))))
    told = next((time for time in times if time is not None), at(content, "publishedAt"))
    return read_time(told)


def _decoded_by_version_3(content: Any) -> dict[str, Any] | None:
    """Version 3 writes what it decoded as a text."""
    text = at(content, "objectJSON")
    with suppress(Unreadable):
        decoded = load(text.encode("utf-8", "replace")) if isinstance(text, str) else None
        return decoded if isinstance(decoded, dict) else None
    return None


def _receptions(content: Any) -> Iterator[Reception]:
    for item in items(at(content, "rxInfo")):
        gateway = item.get("gatewayId", item.get("gatewayID", ""))
        snr = finite(item.get("snr", item.get("loRaSNR")))
        yield Reception(str(gateway), finite(item.get("rssi")), snr)


def _deduplication_id(content: Any) -> str | None:
    """ChirpStack's own id of the frame, the same for every gateway that heard it."""
    value = at(content, "deduplicationId")
    return legible(value) if isinstance(value, str) and len(value) <= 64 else None


Read = Callable[[bytes, str], tuple[list[Claim], list[Rejection]]]

EVENTS: Final[Mapping[str, Read]] = {"up": read, "status": read_status}
"""The events that are read, and what reads them; the first argument is the body, the second the trace."""
