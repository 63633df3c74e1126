"""Entrypoints that act on rows with a due time, and once at the start of a service."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any, Final

import eventlet
from eventlet.event import Event
from eventlet.timeout import Timeout
from nameko.extensions import Entrypoint
from prometheus_client import Counter, Histogram

from shared.civil_time import require_aware
from shared.runtime.clock import Clock
from shared.runtime.providers import DatabaseProvider

_log: Final = logging.getLogger(__name__)
_LONGEST_WAIT_S: Final = 1.0
# Commits come in bursts; one look at the due rows serves all of a burst.
_SHORTEST_WAIT_S: Final = 0.02

_TICKS: Final = Counter("vigie_ticks_total", "Looks at the due rows.", ["service"])
_FAILURES: Final = Counter("vigie_tick_failures_total", "Looks at the due rows that raised.", ["service"])
_LAG: Final = Histogram("vigie_tick_lag_seconds", "How late due rows were acted on.", ["service"])


class DueRows(Entrypoint):
    """Calls the method at the start, after every commit of the service, and whenever it said a row is due.

    The method acts on all rows that are due and returns when the next one is, or None.
    """

    def __init__(self) -> None:
        self._dirty = True
        self._next: datetime | None = None
        self._wanted: Event | None = None
        self._stopping = False
        super().__init__()

    def setup(self) -> None:
        self._clock: Clock = self.container.config["clock"]
        self._timeline = self.container.config["timeline"]

    def start(self) -> None:
        for provider in self.container.dependencies:
            if isinstance(provider, DatabaseProvider):
                provider.database.on_commit(self._on_commit)
        if self._timeline is not None:
            self._timeline.register(self.container.service_name, self)
        else:
            self._thread = self.container.spawn_managed_thread(self._run_for_ever)

    def stop(self) -> None:
        self._stopping = True
        if self._timeline is None:
            self._wake()
            self._thread.wait()

    def next_due(self) -> datetime | None:
        """When the method wants to be called; now, if something was committed since the last call."""
        return self._clock.now() if self._dirty else self._next

    def run(self) -> bool:
        """Call the method once; whether it returned."""
        service = self.container.service_name
        if self._next is not None:
            _LAG.labels(service).observe(max(0.0, (self._clock.now() - self._next).total_seconds()))
        done = Event()

        def finish(_context: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            done.send((result, exc_info))
            return result, exc_info

        self._dirty = False
        self.container.spawn_worker(self, (), {}, handle_result=finish)
        result, exc_info = done.wait()
        _TICKS.labels(service).inc()
        if exc_info is None:
            self._next = None if result is None else require_aware(result)
            return True
        _FAILURES.labels(service).inc()
        if self._timeline is not None:
            raise exc_info[1]
        # Live, the next call is tried in a second; a replay must not go on without it.
        self._dirty = True
        return False

    def _on_commit(self, _published: bool) -> None:
        self._dirty = True
        self._wake()

    def _wake(self) -> None:
        if self._wanted is not None and not self._wanted.ready():
            self._wanted.send()

    def _run_for_ever(self) -> None:
        while not self._stopping:
            self._wanted = Event()
            eventlet.sleep(_SHORTEST_WAIT_S if self.run() else _LONGEST_WAIT_S)
            if not self._dirty:
                with Timeout(self._wait_s(), False):
                    self._wanted.wait()

    def _wait_s(self) -> float:
        if self._next is None:
            return _LONGEST_WAIT_S
        return min(_LONGEST_WAIT_S, max(0.0, (self._next - self._clock.now()).total_seconds()))


class AtStart(Entrypoint):
    """Calls the method once, when the service has started."""

    def start(self) -> None:
        self.container.spawn_managed_thread(self._run)

    def setup(self) -> None:
        self._busy = True
        self.container.config["activity"].register(lambda: self._busy)

    def _run(self) -> None:
        done = Event()

        def finish(_context: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            done.send(None)
            return result, exc_info

        self.container.spawn_worker(self, (), {}, handle_result=finish)
        done.wait()
        self._busy = False


due_rows = DueRows.decorator
at_start = AtStart.decorator
