"""One snapshot for everybody: refreshed at most once in a while, by one, for the pages that someone looks at."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import Final

from services.portal.domain.snapshot import Snapshot

MOST_LISTENERS: Final = 100
SHORTEST_S: Final = 1.0
_LONGEST_WAIT_S: Final = 4.0
_LOOK_S: Final = 0.5
_CLICKED_S: Final = 0.1


class SnapshotCache:
    """Keeps the newest snapshot. Readers wait for it; one refresher asks ``wait_until_wanted`` and then keeps.

    Args:
        is_closing: streams end when it says so.
        shortest_s: the least time between two refreshes, also how old a snapshot may be, seconds.
        monotonic: seconds that only grow.
    """

    def __init__(
        self,
        is_closing: Callable[[], bool] = lambda: False,
        shortest_s: float = SHORTEST_S,
        most_listeners: int = MOST_LISTENERS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._is_closing = is_closing
        self._shortest_s = shortest_s
        self._most_listeners = most_listeners
        self._monotonic = monotonic
        self._changed = threading.Condition()
        self._closed = False
        self._asked: set[str] = set()
        self._covered_at: dict[str, float] = {}
        self._listeners: set[Listener] = set()
        self._refreshed_at: float | None = None
        self.snapshot: Snapshot | None = None
        self.revision = 0

    def current(self, page: str, longest_s: float = _LONGEST_WAIT_S) -> Snapshot | None:
        """A snapshot whose parts for a page are hardly old; the last if that takes too long; None before the first."""
        deadline = self._monotonic() + longest_s
        with self._changed:
            while not self._is_fresh(page) and not self.closed and self._monotonic() < deadline:
                self._asked.add(page)
                self._changed.notify_all()
                self._changed.wait(_LOOK_S)
            return self.snapshot

    def listen(self, page: str) -> Listener | None:
        """A place among the listeners, for one who follows a page; None when all are taken."""
        with self._changed:
            if len(self._listeners) >= self._most_listeners or self.closed:
                return None
            listener = Listener(self, page)
            self._listeners.add(listener)
            self._changed.notify_all()
            return listener

    def leave(self, listener: Listener) -> None:
        """Give the place back."""
        with self._changed:
            self._listeners.discard(listener)

    @property
    def listening(self) -> int:
        """How many places are taken."""
        return len(self._listeners)

    @property
    def closed(self) -> bool:
        """Whether no more snapshots will come."""
        return self._closed or self._is_closing()

    def wait_for_other_than(self, revision: int, longest_s: float) -> int | None:
        """The revision, once it is another than that; None if that took too long or the cache was closed."""
        deadline = self._monotonic() + longest_s
        with self._changed:
            while self.revision == revision and not self.closed:
                left = deadline - self._monotonic()
                if left <= 0:
                    return None
                self._changed.wait(min(left, _LOOK_S))
            return None if self.revision == revision else self.revision

    def wait_until_wanted(self) -> frozenset[str] | None:
        """For the refresher: return when a refresh is due, with the pages to cover; None when it is over."""
        with self._changed:
            while not self.closed:
                if self._wait_s() <= 0:
                    pages = frozenset(
                        self._asked | {item.page for item in self._listeners if not self._is_fresh(item.page)}
                    )
                    self._asked.clear()
                    return pages
                self._changed.wait(min(self._wait_s(), _LOOK_S))
            return None

    def _wait_s(self) -> float:
        age = self._age_s(self._refreshed_at)
        if not self._asked and not self._listeners:
            return _LOOK_S
        if age is None:
            return 0.0
        # A page that was not covered lately is somebody's click: it waits less.
        clicked = any(not self._is_fresh(page) for page in self._asked)
        return (_CLICKED_S if clicked else self._shortest_s) - age

    def keep(self, snapshot: Snapshot | None, pages: Iterable[str]) -> None:
        """For the refresher: what it found for some pages; None if it failed. Listeners hear when it is another."""
        with self._changed:
            self._refreshed_at = self._monotonic()
            self._covered_at |= dict.fromkeys(pages, self._refreshed_at)
            if snapshot is not None and snapshot != self.snapshot:
                self.snapshot = snapshot
                self.revision += 1
            self._changed.notify_all()

    def close(self) -> None:
        """Let everybody who waits go."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _age_s(self, since: float | None) -> float | None:
        return None if since is None else self._monotonic() - since

    def _is_fresh(self, page: str) -> bool:
        age = self._age_s(self._covered_at.get(page))
        return age is not None and age < self._shortest_s


class Listener:
    """One who follows the snapshots for a page. ``close`` gives the place back."""

    def __init__(self, cache: SnapshotCache, page: str) -> None:
        self.page = page
        self._cache = cache
        self._seen = 0

    def next(self, longest_s: float) -> Snapshot | None:
        """The newest snapshot, if it is another than the last one given; None after ``longest_s`` seconds without."""
        revision = self._cache.wait_for_other_than(self._seen, longest_s)
        if revision is None:
            return None
        self._seen = revision
        return self._cache.snapshot

    @property
    def over(self) -> bool:
        """Whether no more will come."""
        return self._cache.closed

    def close(self) -> None:
        """Stop listening."""
        self._cache.leave(self)
