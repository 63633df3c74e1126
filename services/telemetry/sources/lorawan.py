"""What uplinks of LoRaWAN network servers have in common: bytes in base64, a device's number, several gateways.

Servers write JSON from Protobuf, which leaves out what is 0, false or empty: a frame counter that is absent is 0, and
an SNR beside an RSSI too. That is so of the servers' own fields alone. What a codec decoded is told as it is: a value
that is absent there was not measured.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from services.telemetry.domain.claim import Radio
from services.telemetry.domain.decoding import finite
from services.telemetry.sources.observations_json import Unreadable

_EUI: Final = re.compile(r"[0-9A-Fa-f]{16}")
_LONGEST_PAYLOAD: Final = 4096


@dataclass(frozen=True)
class Reception:
    """One gateway's account of a frame.

    Attributes:
        gateway: however the network server names it.
    """

    gateway: str
    rssi_dbm: float | None
    snr_db: float | None


def at(content: Any, *path: str) -> Any:
    """What stands there; None if nothing does."""
    for step in path:
        content = content.get(step) if isinstance(content, dict) else None
    return content


def items(content: Any) -> list[dict[str, Any]]:
    """The objects in a list; none if it is no list."""
    return [item for item in content if isinstance(item, dict)] if isinstance(content, list) else []


def payload(text: Any) -> bytes:
    """The bytes of a frame, written in base64; none if there are none.

    Raises:
        Unreadable: not base64, or longer than any frame.
    """
    if text is None:
        return b""
    try:
        found = binascii.a2b_base64(text, strict_mode=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise Unreadable("the frame's bytes are not base64") from error
    if len(found) > _LONGEST_PAYLOAD:
        raise Unreadable(f"a frame of {len(found)} bytes")
    return found


def dev_eui(text: Any, where: str) -> str:
    """A DevEUI: 16 hexadecimal digits, or its eight bytes in base64 as ChirpStack 3 writes it.

    Raises:
        Unreadable: neither.
    """
    if isinstance(text, str) and _EUI.fullmatch(text):
        return text.lower()
    if isinstance(text, str) and len(text) == 12:
        found = payload(text)
        if len(found) == 8:
            return found.hex()
    raise Unreadable(f"no '{where}': a DevEUI has 16 hexadecimal digits")


def radio(receptions: Iterable[Reception], frame_counter: Any) -> Radio:
    """How a frame was heard: by how many, and how by the gateway that heard it best."""
    heard = list(receptions)
    levels = [(item.rssi_dbm, item.snr_db or 0.0) for item in heard if item.rssi_dbm is not None]
    rssi, snr = max(levels, default=(None, None))
    return Radio(
        rssi_dbm=rssi,
        snr_db=snr,
        gateways=len({item.gateway for item in heard}) or None,
        frame_counter=_count(frame_counter),
    )


def _count(content: Any) -> int | None:
    """A frame counter, which has 32 bits."""
    counted = finite(0 if content is None else content)
    return int(counted) if counted is not None and 0 <= counted < 2**32 else None
