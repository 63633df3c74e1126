"""A city of separate processes under a replay clock, seen by who drives it: its clock, its due rows, whether it rests.

It rests when every message that was committed has been handled by all who listen: that is read in the databases, so it
stays true when processes are killed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from typing import Any, Final

from sqlalchemy import Engine, TextClause, create_engine, text
from sqlalchemy.exc import OperationalError

from shared import bus
from shared.errors import VigieError
from shared.runtime.activity import Activity
from shared.runtime.clock import VirtualClock
from shared.runtime.timeline import Timeline

Address = tuple[str, int]
_PATIENCE_S: Final = 120.0
_TIMEOUT_S: Final = 60.0
_LOOK_EVERY_S: Final = 0.002
_AGAIN_AFTER_S: Final = 0.05
_NEXT_DUE: Final = text(f"SELECT min(due_at) FROM {bus.RULES_ENGINE}.alert_state")  # noqa: S608 - our own name


class ProcessAway(VigieError):
    """A process does not answer, and did not come back in time."""


class DistributedCity:
    """Processes that were started with ``VIGIE_CLOCK=replay``.

    Args:
        addresses: where each process answers now, by a name that begins with its service; asked again at each use,
            since a process may come back elsewhere.
        database_url: of a user who may read every schema.
        start: where the clock begins.
        services: those that run; what the others would take is not waited for.

    Attributes:
        timeline: moves the time of all of them.
    """

    def __init__(
        self,
        addresses: Callable[[], Mapping[str, Address]],
        database_url: str,
        start: datetime,
        services: Collection[str] = bus.SERVICES,
    ) -> None:
        self._addresses = addresses
        self._rest = _Rest(database_url, services)
        self._links: dict[Address, HTTPConnection] = {}
        activity = Activity()
        activity.register(lambda: not self._rest.has_come())
        self.clock = VirtualClock(start, self._move)
        self.timeline = Timeline(self.clock, activity)
        for name in addresses():
            if name.startswith(bus.RULES_ENGINE):
                self.timeline.register(bus.RULES_ENGINE, _SharedTimer(self._act_all, self._rest, self.clock))
            elif self._ask(name, "GET", "/replay")["has_due_rows"]:
                self.timeline.register(name, _Timer(name, self._ask))
        self._move(start)

    @property
    def address(self) -> Address:
        """Where observations are taken."""
        return next(address for name, address in sorted(self._addresses().items()) if name.startswith(bus.TELEMETRY))

    def _move(self, moment: datetime) -> None:
        for name in self._addresses():
            self._ask(name, "PUT", "/replay/clock", moment.isoformat())

    def _act_all(self) -> None:
        for name in self._addresses():
            if name.startswith(bus.RULES_ENGINE):
                self._ask(name, "POST", "/replay/due")

    def _ask(self, name: str, method: str, path: str, body: str = "") -> dict[str, Any]:
        """Ask a process; one that was killed and is started again is waited for, one that is there no more is not."""
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            address = self._addresses().get(name)
            if address is None:
                return {}
            link = self._links.setdefault(address, HTTPConnection(*address, timeout=_TIMEOUT_S))
            with suppress(OSError, HTTPException):
                return _asked(link, method, path, body)
            link.close()
            time.sleep(_AGAIN_AFTER_S)
        raise ProcessAway(f"{name} does not answer")

    def close(self) -> None:
        """Let go of the processes and the database."""
        for link in self._links.values():
            link.close()
        self._rest.close()


class _Timer:
    """The due rows of a process."""

    def __init__(self, name: str, ask: Callable[..., dict[str, Any]]) -> None:
        self._name = name
        self._ask = ask

    def next_due(self) -> datetime | None:
        moment = self._ask(self._name, "GET", "/replay")["next_due"]
        return None if moment is None else datetime.fromisoformat(moment)

    def run(self) -> bool:
        self._ask(self._name, "POST", "/replay/due")
        return True


class _SharedTimer:
    """The due rows of the rules engine, whose replicas make rows of each other's parts due.

    So none of them knows what is due, and the table does; and after all that was handled each looks once more, since
    what it commits last, it may commit after the message counts as handled.
    """

    def __init__(self, act_all: Callable[[], None], rest: _Rest, clock: VirtualClock) -> None:
        self._act_all = act_all
        self._rest = rest
        self._clock = clock
        self._looked: object = None

    def next_due(self) -> datetime | None:
        now = self._clock.now()
        return self._rest.next_due() if self._looked == (now, self._rest.seen) else now

    def run(self) -> bool:
        looked = (self._clock.now(), self._rest.seen)
        self._act_all()
        if self._looked == looked:
            # A part that is due is nobody's for the moment.
            time.sleep(_LOOK_EVERY_S)
        self._looked = looked
        return True


class _Rest:
    """Tells from the databases whether any message is on its way, and what the rules engine waits for."""

    def __init__(self, url: str, services: Collection[str]) -> None:
        self._engine: Engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
        # What was at rest once stays so: only newer messages are looked at.
        self._marks = dict.fromkeys(bus.SERVICES, 0)
        self._question = _question(services)

    @property
    def seen(self) -> tuple[int, ...]:
        """The numbers of the newest messages at the last rest: others as soon as something was told since."""
        return tuple(self._marks.values())

    def next_due(self) -> datetime | None:
        """When the clock may change an alert of the rules engine next."""
        with self._engine.connect() as connection:
            moment: datetime | None = connection.scalar(_NEXT_DUE)
            return None if moment is None else moment.astimezone(UTC)

    def has_come(self) -> bool:
        """Whether nothing is on its way; a database that is away has no rest."""
        try:
            with self._engine.connect() as connection:
                row = connection.execute(self._question, self._marks).mappings().one()
        except OperationalError:
            time.sleep(_AGAIN_AFTER_S)
            return False
        if row["on_its_way"]:
            time.sleep(_LOOK_EVERY_S)
            return False
        self._marks = {service: row[f"newest_{service}"] for service in bus.SERVICES}
        return True

    def close(self) -> None:
        self._engine.dispose()


def _question(services: Collection[str]) -> TextClause:
    unsent = [f"EXISTS (SELECT FROM {service}.outbox WHERE sent IS NULL)" for service in bus.SERVICES]
    unhandled = [
        f"EXISTS (SELECT FROM {event.producer}.outbox o WHERE id > :{event.producer} AND event = '{event.name}'"  # noqa: S608 - our own names
        f" AND NOT EXISTS (SELECT FROM {consumer}.inbox i WHERE i.event_id = o.event_id)"
        f" AND NOT EXISTS (SELECT FROM {consumer}.parked p WHERE p.event_id = o.event_id))"
        for event in bus.EVENTS
        for consumer in event.consumers
        if consumer in services
    ]
    newest = [
        f"(SELECT coalesce(max(id), 0) FROM {service}.outbox) AS newest_{service}"  # noqa: S608
        for service in bus.SERVICES
    ]
    return text(f"SELECT {', '.join(newest)}, {' OR '.join([*unsent, *unhandled])} AS on_its_way")


def _asked(link: HTTPConnection, method: str, path: str, body: str) -> dict[str, Any]:
    link.request(method, path, body)
    answer = link.getresponse()
    content = answer.read()
    if answer.status != 200:
        raise HTTPException(f"{path}: HTTP {answer.status}")
    found: dict[str, Any] = json.loads(content)
    return found
