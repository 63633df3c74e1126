"""What a carrier says became of a message after it took it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from shared.errors import InputError

PROGRESS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "accepted": 0,
        "scheduled": 0,
        "queued": 1,
        "sending": 2,
        "sent": 3,
        "delivered": 4,
        "undelivered": 4,
        "failed": 4,
        "canceled": 4,
        "read": 5,
        # Of calls.
        "initiated": 2,
        "ringing": 2,
        "in-progress": 3,
        "completed": 4,
        "busy": 4,
        "no-answer": 4,
    }
)
"""How far each status is on a message's way. Receipts may overtake each other: what is not further says nothing new."""


_REACHED: Final = frozenset({"delivered", "read", "completed"})
_REACHED_NOBODY: Final = frozenset({"undelivered", "failed", "canceled", "busy", "no-answer"})


class Arrival(StrEnum):
    """What a receipt says of a message's way; a call that was answered has arrived, be it at a machine."""

    UNDER_WAY = "under-way"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """A status of a message.

    Attributes:
        reference: what the carrier calls the message.
        progress: as in ``PROGRESS``.
        error_code: the carrier's, if it gives one.
        at: when we were told, UTC.
    """

    reference: str
    status: str
    progress: int
    error_code: int | None
    at: datetime

    @property
    def arrival(self) -> Arrival:
        """Whether the message arrived, will not, or may."""
        if self.status in _REACHED:
            return Arrival.DELIVERED
        return Arrival.UNDELIVERED if self.status in _REACHED_NOBODY else Arrival.UNDER_WAY


def receipt_of(reference: str, status: str, error_code: int | None, at: datetime) -> Receipt:
    """The receipt.

    Raises:
        InputError: there is no such status.
    """
    if status not in PROGRESS:
        raise InputError(f"no status '{status}'")
    return Receipt(reference=reference, status=status, progress=PROGRESS[status], error_code=error_code, at=at)
