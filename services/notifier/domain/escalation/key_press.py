"""A key that somebody pressed while a notice was read to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

ACKNOWLEDGES: Final = "1"


@dataclass(frozen=True, kw_only=True)
class KeyPress:
    """A key.

    Attributes:
        notification: id of the notice that was read out.
        call: what the carrier calls the call.
        address: the number that was called.
        at: when we were told, UTC.
    """

    notification: str
    call: str
    address: str = field(repr=False)
    key: str
    at: datetime


class Outcome(StrEnum):
    """What a key led to. ``known``: somebody had acknowledged before; ``closed``: nothing is left to acknowledge."""

    ACKNOWLEDGED = "acknowledged"
    KNOWN = "known"
    WRONG_KEY = "wrong-key"
    CLOSED = "closed"
