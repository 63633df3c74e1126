"""Where shells get the time from. The domain is always told it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol

from shared.civil_time import require_aware


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """This moment, aware, UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class VirtualClock:
    """A clock that stands still until it is set: the clock of a replay."""

    def __init__(self, start: datetime) -> None:
        self._now = require_aware(start)

    def now(self) -> datetime:
        return self._now

    def set(self, moment: datetime) -> None:
        """Move to a moment.

        Raises:
            ValueError: it lies before the present one; replayed time doesn't go back.
        """
        if moment < self._now:
            raise ValueError(f"time would go back from {self._now} to {moment}")
        self._now = require_aware(moment)
