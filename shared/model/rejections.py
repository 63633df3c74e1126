"""Why telemetry did not take an uplink or an observation: a closed list, counted and kept to look at."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from shared.model.message import Message


class RejectionReason(StrEnum):
    """The closed list. What each asks of the sender stands in ``docs/observations.md``."""

    UNREADABLE = "unreadable"
    TOO_LARGE = "too-large"
    UNKNOWN_DEVICE = "unknown-device"
    WRONG_KEY = "wrong-key"
    NOT_MOUNTED = "not-mounted"
    NO_SUCH_PROPERTY = "no-such-property"
    NOT_A_NUMBER = "not-a-number"
    NOT_DECODED = "not-decoded"
    FROM_THE_FUTURE = "from-the-future"


class UplinkRejected(Message, frozen=True, kw_only=True):
    """Telemetry refused something.

    Attributes:
        device: the one that was named, if any; it may not exist.
        detail: what was wrong, in English, for an engineer.
        at: when it was refused, UTC.
    """

    reason: RejectionReason
    device: str | None
    detail: str
    at: datetime
    trace: str = ""
