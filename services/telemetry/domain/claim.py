"""What a sender says happened, before anyone has checked it, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from shared.model.observations import Observation
from shared.model.registry import Credential
from shared.model.rejections import RejectionReason

_LONGEST_TEXT: Final = 500


def legible(text: str) -> str:
    """Text from outside, as every database and log can hold it: no lone surrogates, no NUL, not endless."""
    return text[:_LONGEST_TEXT].encode("utf-8", "replace").decode().replace("\x00", "\N{REPLACEMENT CHARACTER}")


class Claim(msgspec.Struct, frozen=True):
    """One uplink as a source read it.

    Attributes:
        device: id of the device, or its DevEUI with ``by_eui``.
        time: when it happened, UTC.
        values: the decoded payload; a model's paths lead into it.
        trace: follows the uplink to the text message.
    """

    device: str
    time: datetime
    values: Mapping[str, Any]
    trace: str
    by_eui: bool = False


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


class Intake(msgspec.Struct, frozen=True):
    """What one sender sent at once, as a source read it.

    Attributes:
        refused: what the source could not read.
        credential: for whom the sender may speak; None: nobody knows who it is.
        payload: as it came, kept beside a rejection.
    """

    claims: Sequence[Claim]
    refused: Sequence[Rejection]
    credential: Credential | None
    payload: bytes


@dataclass(frozen=True)
class Conflict:
    """Another value for a time that has one: kept aside until someone decides."""

    observation: Observation
    stored_value: float


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
