"""Answers that are good for a moment: who asks the same within it gets the same, and nobody works twice at once."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final, Generic, TypeVar

T = TypeVar("T")

GOOD_FOR_S: Final = 1.0
MOST_KEPT: Final = 64


class _Entry(Generic[T]):
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.made: tuple[float, T] | None = None


class Recent(Generic[T]):
    """Keeps the answers that were asked for last.

    Args:
        good_for_s: how long an answer is given again, seconds.
        most: so many are kept.
        monotonic: seconds that only grow.
    """

    def __init__(
        self, good_for_s: float = GOOD_FOR_S, most: int = MOST_KEPT, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._good_for_s = good_for_s
        self._most = most
        self._monotonic = monotonic
        self._entries: OrderedDict[Hashable, _Entry[T]] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The answer of that name, made now unless it was made a moment ago; others who ask meanwhile wait for it."""
        entry = self._entries.setdefault(key, _Entry())
        self._entries.move_to_end(key)
        while len(self._entries) > self._most:
            self._entries.popitem(last=False)
        with entry.lock:
            if entry.made is None or self._monotonic() - entry.made[0] >= self._good_for_s:
                entry.made = (self._monotonic(), make())
            return entry.made[1]
