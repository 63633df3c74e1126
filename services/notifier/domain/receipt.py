"""What a carrier says became of a message after it took it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
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
    }
)
"""How far each status is on a message's way. Receipts may overtake each other: what is not further says nothing new."""


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


def receipt_of(reference: str, status: str, error_code: int | None, at: datetime) -> Receipt:
    """The receipt.

    Raises:
        InputError: there is no such status.
    """
    if status not in PROGRESS:
        raise InputError(f"no status '{status}'")
    return Receipt(reference=reference, status=status, progress=PROGRESS[status], error_code=error_code, at=at)
