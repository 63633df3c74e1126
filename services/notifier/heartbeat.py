"""The dead man's switch: calls an outside watcher each minute while the notifier works, and says nothing otherwise."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final

import requests
from prometheus_client import Counter, Gauge

from services.notifier.use_cases.judge_health import Fault, faults
from shared.runtime.database import Database
from shared.runtime.leases import Leases
from shared.runtime.link import DATABASE_AWAY
from shared.runtime.settings import Secret

_log: Final = logging.getLogger(__name__)
_TIMEOUT_S: Final = 10.0

_LAST: Final = Gauge("vigie_notifier_heartbeat_timestamp_seconds", "When the outside watcher was called last.")
_WITHHELD: Final = Counter("vigie_notifier_heartbeat_withheld_total", "Calls that were not made, and why.", ["why"])


class Heartbeat:
    """Knows when the last round of deliveries ended, and tells the watcher.

    Args:
        url: the watcher's; whoever knows it can speak for us, so it is not logged.
    """

    def __init__(self, url: Secret | None) -> None:
        self._url = url
        self._last_round: datetime | None = None

    def note_round(self, now: datetime) -> None:
        """All that was due has been acted on."""
        self._last_round = now

    def beat(self, database: Database, leases: Leases, now: datetime) -> list[Fault]:
        """Call the watcher, unless something is wrong; what is."""
        found = self._faults(database, leases, now)
        for fault in found:
            _WITHHELD.labels(fault.value).inc()
        if not found and self._url is not None:
            self._call(self._url)
        return found

    def _faults(self, database: Database, leases: Leases, now: datetime) -> list[Fault]:
        try:
            return faults(database, holds_lease=bool(leases.held()), last_round=self._last_round, now=now)
        except DATABASE_AWAY:
            return [Fault.DATABASE]

    def _call(self, url: Secret) -> None:
        try:
            requests.get(url.reveal(), timeout=_TIMEOUT_S).raise_for_status()
        except requests.RequestException as error:
            # Without its text, which names the address.
            _WITHHELD.labels("unreachable").inc()
            _log.warning("the outside watcher can't be told", extra={"why": type(error).__name__})
            return
        _LAST.set_to_current_time()
