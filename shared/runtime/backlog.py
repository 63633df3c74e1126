"""Tells which parts of the work lag behind: what waited in their queues when they were taken up is not handled yet.

What a sensor did not say is known only once everything is read that it did say. A service that was away, or cut off
from the bus, must not speak of silence before; nor may it wait for ever, if something keeps it from reading on.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from typing import Final

from nameko.extensions import DependencyProvider
from prometheus_client import Counter, Gauge

_log: Final = logging.getLogger(__name__)
PATIENCE_S: Final = 300.0
"""How long a part that lags behind is waited for: lights whose leases are not renewed meanwhile must not fall dark."""

_BEHIND: Final = Gauge(
    "vigie_backlog_parts", "Parts that are held and wait until their queues have been read once.", ["service"]
)
_IMPATIENT: Final = Counter(
    "vigie_backlog_given_up_total", "Parts that were not waited for any longer, although they lag behind.", ["service"]
)


class Backlog:
    """What lags behind, as those say who read the queues.

    Args:
        monotonic: seconds that only grow.
    """

    def __init__(self, service: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._service = service
        self._monotonic = monotonic
        self._readers: list[Callable[[int], bool]] = []
        self._since: dict[int, float] = {}
        self._given_up: set[int] = set()

    def ask(self, has_read: Callable[[int], bool]) -> None:
        """Ask this reader, too, whether all that waited for a part is handled."""
        self._readers.append(has_read)

    def behind(self, held: Iterable[int]) -> frozenset[int]:
        """Those of the parts held that are to be waited for."""
        now = self._monotonic()
        lagging = [part for part in held if not all(has_read(part) for has_read in self._readers)]
        self._since = {part: self._since.get(part, now) for part in lagging}
        too_long = {part for part, since in self._since.items() if now - since > PATIENCE_S}
        for part in sorted(too_long - self._given_up):
            _IMPATIENT.labels(self._service).inc()
            _log.warning("a part lags behind and is not waited for", extra={"service": self._service, "part": part})
        self._given_up = too_long
        found = self._since.keys() - too_long
        _BEHIND.labels(self._service).set(len(found))
        return frozenset(found)


class BacklogProvider(DependencyProvider):
    """Injects what lags behind. In a replay nothing does: its time stands still until every queue is empty."""

    def setup(self) -> None:
        self.backlog = Backlog(self.container.service_name)
        _IMPATIENT.labels(self.container.service_name)
        if self.container.config["alone"] and self.container.config["timeline"] is None:
            # What a city that was killed had sent comes again from the outboxes of all its services.
            self._activity = self.container.config["activity"]
            self._was_idle = False
            self.backlog.ask(lambda _part: self._has_been_idle())

    def _has_been_idle(self) -> bool:
        self._was_idle = self._was_idle or self._activity.is_idle()
        return self._was_idle

    def get_dependency(self, worker_ctx: object) -> Backlog:
        return self.backlog
