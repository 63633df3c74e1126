"""Where shells get the time from. The domain is always told it."""

from __future__ import annotations

from collections.abc import Callable
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
    """A clock that stands still until it is set: the clock of a replay. ``on_move`` is called after each move."""

    def __init__(self, start: datetime, on_move: Callable[[datetime], None] | None = None) -> None:
        self._now = require_aware(start)
        self._on_move = on_move

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
        if self._on_move is not None:
            self._on_move(self._now)
