"""Tells whether anything in this process still has work in hand: messages, outboxes, timers."""

from __future__ import annotations

from collections.abc import Callable


class Activity:
    """Asks every part that registered whether it is busy; a replay moves its clock only when none is."""

    def __init__(self) -> None:
        self._questions: list[Callable[[], bool]] = []

    def register(self, is_busy: Callable[[], bool]) -> None:
        """Ask this part too. It is called often and must only look at memory."""
        self._questions.append(is_busy)

    def is_idle(self) -> bool:
        """Whether no part has work in hand."""
        return not any(is_busy() for is_busy in self._questions)
