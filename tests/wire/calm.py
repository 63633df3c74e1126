"""Lets the driver of a replay wait while something is done to a process.

Messages go on. Only time stands still: what falls due would be asked of a process that is not there, or that does not
hold its lease yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition


class Calm:
    """Whether nothing is being disturbed."""

    def __init__(self) -> None:
        self._disturbances = 0
        self._changed = Condition()

    @contextmanager
    def disturbance(self) -> Iterator[None]:
        """Something is done to a process, until all is mended."""
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        with self._changed:
            self._disturbances += change
            self._changed.notify_all()

    def wait(self, seconds: float) -> None:
        """Return when nothing is being disturbed.

        Raises:
            TimeoutError: something was not mended.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self._disturbances == 0, seconds):
                raise TimeoutError("a disturbance was not mended")
