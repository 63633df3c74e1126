"""ChirpStack v4's uplink event (HTTP integration, ``event=up``), published in its integration documentation.

The device profile's codec must fill ``object``; ``time`` is the network server's.
"""

from __future__ import annotations

from typing import Any

from services.telemetry.domain.claim import Claim, Rejection, legible
from services.telemetry.sources.observations_json import Unreadable, load, read_time
from shared.model.rejections import RejectionReason


def read(body: bytes, trace: str) -> tuple[list[Claim], list[Rejection]]:
    """The claim in an uplink event, or why there is none."""
    try:
        content = load(body)
        eui = _text(content, "deviceInfo", "devEui")
        time = read_time(_at(content, "time"))
    except Unreadable as error:
        return [], [Rejection(RejectionReason.UNREADABLE, str(error), trace=trace)]
    trace = _deduplication_id(content) or trace
    values = _at(content, "object")
    if not isinstance(values, dict):
        detail = "no 'object': give the device profile a codec in ChirpStack"
        return [], [Rejection(RejectionReason.NOT_DECODED, detail, eui, 0, trace)]
    return [Claim(eui, time, values, trace, by_eui=True)], []


def _at(content: Any, *path: str) -> Any:
    for step in path:
        content = content.get(step) if isinstance(content, dict) else None
    return content


def _text(content: Any, *path: str) -> str:
    value = _at(content, *path)
    if not isinstance(value, str) or not value or legible(value) != value:
        raise Unreadable(f"no '{'.'.join(path)}': this is not a ChirpStack v4 uplink event")
    return value


def _deduplication_id(content: Any) -> str | None:
    """ChirpStack's own id of the frame, the same for every gateway that heard it."""
    value = _at(content, "deduplicationId")
    return legible(value) if isinstance(value, str) and len(value) <= 64 else None
