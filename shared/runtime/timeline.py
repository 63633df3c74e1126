"""Time in a replay: it stands still until everything that an instant caused is done, then moves to the next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import eventlet

from shared.runtime.activity import Activity
from shared.runtime.clock import VirtualClock


class Timer(Protocol):
    """A service's due rows, as the timeline sees them."""

    def next_due(self) -> datetime | None:
        """When a row is due next; a moment that has passed asks to be run."""
        ...

    def run(self) -> bool:
        """Act on the rows that are due, and look when the next one is; whether that went well."""
        ...


class Timeline:
    """Moves a virtual clock, deterministically: the same input gives the same order of events.

    Args:
        check: called while it waits; raises if what it waits for can't come any more.
    """

    def __init__(self, clock: VirtualClock, activity: Activity, check: Callable[[], None] = lambda: None) -> None:
        self.clock = clock
        self._activity = activity
        self._check = check
        self._timers: dict[str, Timer] = {}

    def register(self, service: str, timer: Timer) -> None:
        """Run the due rows of this service too."""
        self._timers[service] = timer

    def settle(self) -> None:
        """Wait until all messages are handled, then act on what is due, until nothing is left at this instant."""
        while True:
            while not self._activity.is_idle():
                self._check()
                eventlet.sleep(0)
            now = self.clock.now()
            due = [
                timer
                for _, timer in sorted(self._timers.items())
                if (moment := timer.next_due()) is not None and moment <= now
            ]
            if not due:
                return
            for timer in due:
                timer.run()

    def next_due(self) -> datetime | None:
        """The earliest due row of all services."""
        moments = [moment for timer in self._timers.values() if (moment := timer.next_due()) is not None]
        return min(moments, default=None)

    def advance(self, moment: datetime) -> None:
        """Move the clock through every due row up to and including the moment, without what is observed then.

        Rows due at the moment itself wait for the observations of that instant: call ``settle`` after them.
        """
        while (due := self.next_due()) is not None and due < moment:
            self.clock.set(max(due, self.clock.now()))
            self.settle()
        self.clock.set(moment)
