"""A process whose time is moved from outside: for tests and trials of a distributed city under a replay clock.

Not for a live platform: whoever can reach these addresses moves the process's time. They are there only when the
process is started with ``VIGIE_CLOCK=replay``, and only on loopback.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

from shared.civil_time import require_aware
from shared.errors import InputError
from shared.runtime.clock import VirtualClock
from shared.runtime.timeline import Timer
from shared.runtime.web import Site

PREFIX: Final = "/replay"
_EPOCH: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


class DrivenTime:
    """The clock of this process and its due rows, as a driver moves them.

    Args:
        start: where a process that is started again stands.

    ``GET /replay``: the moment, and when the next row is due. ``PUT /replay/clock``: move to a moment.
    ``POST /replay/due``: act on what is due.
    """

    def __init__(self, start: datetime | None) -> None:
        self.clock = VirtualClock(start or _EPOCH)
        self._timers: dict[str, Timer] = {}

    def register(self, service: str, timer: Timer) -> None:
        """The due rows of the service of this process."""
        self._timers[service] = timer

    def mount(self, site: Site) -> None:
        """Answer the driver there.

        Raises:
            InputError: the address can be reached from elsewhere.
        """
        if site.address[0] not in _LOOPBACK:
            raise InputError("VIGIE_CLOCK=replay lets anyone move the time: it listens on 127.0.0.1 only")
        site.mount(PREFIX, self._answer)

    def _answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        act = (environ["REQUEST_METHOD"], environ["PATH_INFO"])
        if act == ("PUT", f"{PREFIX}/clock"):
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            self._move(datetime.fromisoformat(body.decode()))
        elif act == ("POST", f"{PREFIX}/due"):
            self._act()
        elif act != ("GET", PREFIX):
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [b"nothing here\n"]
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(self._state()).encode()]

    def _move(self, moment: datetime) -> None:
        # A driver that begins anew says where it is; time never goes back for the others.
        self.clock.set(max(require_aware(moment), self.clock.now()))

    def _act(self) -> None:
        # Whatever they knew at their last look: another process may have made their rows due.
        for _, timer in sorted(self._timers.items()):
            timer.run()

    def _state(self) -> dict[str, Any]:
        due = [moment for timer in self._timers.values() if (moment := timer.next_due()) is not None]
        return {
            "now": self.clock.now().isoformat(),
            "has_due_rows": bool(self._timers),
            "next_due": min(due).isoformat() if due else None,
        }
