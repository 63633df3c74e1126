"""What a sender says happened, before anyone has checked it, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from shared.model.observations import Observation
from shared.model.registry import Credential, Property
from shared.model.rejections import RejectionReason

_LONGEST_TEXT: Final = 500


def legible(text: str) -> str:
    """Text from outside, as every database and log can hold it: no lone surrogates, no NUL, not endless."""
    return text[:_LONGEST_TEXT].encode("utf-8", "replace").decode().replace("\x00", "\N{REPLACEMENT CHARACTER}")


class Radio(msgspec.Struct, frozen=True, kw_only=True):
    """How a LoRaWAN frame was heard.

    Attributes:
        rssi_dbm, snr_db: of the gateway that heard it best; None: none says.
        gateways: how many heard it, each counted once.
        frame_counter: LoRaWAN's FCnt.
    """

    rssi_dbm: float | None = None
    snr_db: float | None = None
    gateways: int | None = None
    frame_counter: int | None = None


class Claim(msgspec.Struct, frozen=True):
    """One uplink as a source read it.

    Attributes:
        device: id of the device, or its DevEUI with ``by_eui``.
        time: when it happened, UTC.
        values: the payload as the sender decoded it; a model's paths lead into it. None: nobody decoded it.
        trace: follows the uplink to the text message.
        payload: the bytes of the frame, which a model's codec reads; empty: there are none.
        battery_percent: that the network server tells of the device.
        simulated: the network server made it up.
    """

    device: str
    time: datetime
    values: Mapping[str, Any] | None
    trace: str
    by_eui: bool = False
    payload: bytes = b""
    radio: Radio | None = None
    battery_percent: float | None = None
    simulated: bool = False


class Reading(msgspec.Struct, frozen=True):
    """What a counter shows: only the reading before it tells what was observed since.

    Attributes:
        observation: its value is the number that the counter shows, in the property's unit.
        device: id of the device; another at the same point has a counter of its own.
        path: of the number in the uplink.
        seen: tells what to think of the difference.
        wraps_at: the number that follows the largest one is 0, in the property's unit.
    """

    observation: Observation
    device: str
    path: str
    seen: Property
    wraps_at: float | None


@dataclass(frozen=True)
class Rejection:
    """Something that can't become an observation.

    Attributes:
        index: position in what was sent, from 0; None: all of it.
    """

    reason: RejectionReason
    detail: str
    device: str | None = None
    index: int | None = None
    trace: str = ""

    def __post_init__(self) -> None:
        for name in ("detail", "device", "trace"):
            text = getattr(self, name)
            if text is not None:
                object.__setattr__(self, name, legible(text))


def too_large(limit: int, trace: str) -> Rejection:
    """Of a body of more than that many bytes, which nobody read."""
    detail = f"a body may have {limit} bytes: send fewer observations at a time"
    return Rejection(RejectionReason.TOO_LARGE, detail, trace=trace)


def too_many(limit: int, trace: str) -> Rejection:
    """Of a body that holds more things than that."""
    detail = f"a body may hold {limit} observations: send fewer at a time"
    return Rejection(RejectionReason.TOO_LARGE, detail, trace=trace)


class Intake(msgspec.Struct, frozen=True):
    """What one sender sent at once, as a source read it.

    Attributes:
        refused: what the source could not read.
        credential: for whom the sender may speak; None: nobody knows who it is.
        payload: as it came, kept beside a rejection.
        stranger: what to tell whom nobody knows; None: that the key is wrong.
    """

    claims: Sequence[Claim]
    refused: Sequence[Rejection]
    credential: Credential | None
    payload: bytes
    stranger: Rejection | None = None


@dataclass(frozen=True)
class Conflict:
    """Another value for a time that has one: kept aside until someone decides.

    Attributes:
        device: that offers it; None: it is not known.
        path: where the device's uplinks carry it, if it is what a counter shows.
    """

    observation: Observation
    stored_value: float
    device: str | None = None
    path: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of one request, or of all that were taken together."""

    accepted: int = 0
    duplicates: int = 0
    quarantined: int = 0
    rejections: tuple[Rejection, ...] = ()

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(
            self.accepted + other.accepted,
            self.duplicates + other.duplicates,
            self.quarantined + other.quarantined,
            self.rejections + other.rejections,
        )
