"""What the clock costs: looks at alert states of which few are due, in the database of one engine."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from services.rules_engine.domain.book import RuleBook, open_book
from services.rules_engine.storage.memory import Memory
from services.rules_engine.use_cases.act_on_due import act_on_due
from services.rules_engine.use_cases.take_observations import take_observations
from services.rules_engine.use_cases.take_up_rules import take_up_rules
from shared import bus
from shared.model.observations import Observation, Observations
from shared.model.registry import Inventory, Kind
from shared.runtime.database import Database, Received, open_postgresql
from shared.runtime.leases import AllHeld
from shared.runtime.migrating import upgrade
from tests.wire import many_rules
from tests.wire.servers.postgresql import PostgreSQL

_START: Final = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)
# No value is stale before its timer is over.
_FOR: Final = timedelta(hours=2)
_RULE: Final = {
    "id": "attente", "title": "Attente", "owner": "gemapi", "for_each": {"kind": "gauge"}, "severity": "red",
    "when": {"at_least": ["level", "2 m"]}, "for": f"{_FOR // timedelta(minutes=1)} min",
    "then": [{"notify": {"team": "gemapi", "message": "{point}"}}],
}  # fmt: skip
_AT_ONCE: Final = 1_000
_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True)
class Ticks:
    """The best of many: milliseconds of a look that finds nothing due, of one that finds ``due`` rows, of each row."""

    pending: int
    due: int
    idle_look_ms: float
    look_ms: float
    due_row_ms: float


def tick(postgresql: PostgreSQL, pending: int, due: int, seconds: int) -> Ticks:
    """Let so many timers wait, of which so many are over in each second, and look once a second."""
    with _database(postgresql) as database:
        engine = _Engine(database, pending)
        for begin in range(0, pending, _AT_ONCE):
            engine.observe(range(begin, min(pending, begin + _AT_ONCE)), due)
        with database.connection() as connection:
            connection.exec_driver_sql("ANALYZE alert_state")
        begun = _START + _FOR
        looks, idle = [], []
        for second in range(min(seconds, pending // due)):
            now = begun + second * _SECOND
            looks.append(_seconds(lambda now=now: engine.act(now)))
            idle.append(_seconds(lambda now=now: engine.act(now)))
        assert engine.fired() == len(looks) * due, (engine.fired(), len(looks) * due)
    # What other work on the machine adds is not ours.
    look, nothing = min(looks) * 1e3, min(idle) * 1e3
    return Ticks(pending, due, round(nothing, 2), round(look, 2), round((look - nothing) / due, 3))


class _Engine:
    """The use-cases of an engine that holds everything."""

    def __init__(self, database: Database, points: int) -> None:
        self._database = database
        self._memory = Memory()
        self._held = AllHeld(bus.PARTITIONS).held()
        self._book = _book(points)
        take_up_rules(database, self._memory, self._book, self._held, _START)

    def observe(self, points: range, per_second: int) -> None:
        """A high level at each of the points, of which so many are observed in each second."""
        seen = tuple(
            Observation(
                point=many_rules.name_of(10 * number), property="level", time=_START + number // per_second * _SECOND,
                value=2.5, unit="m",
            )
            for number in points
        )  # fmt: skip
        now = seen[-1].time
        received = Received(secrets.token_hex(8), Observations(partition=0, observations=seen))
        take_observations(self._database, self._memory, self._book, [received], self._held, now)

    def act(self, now: datetime) -> datetime | None:
        return act_on_due(self._database, self._memory, self._book, self._held.keys(), now)

    def fired(self) -> int:
        with self._database.connection() as connection:
            return int(connection.exec_driver_sql("SELECT count(*) FROM transition").scalar_one())


def _book(points: int) -> RuleBook:
    lasting = [
        Kind(
            id=kind.id, title=kind.title, period_s=kind.period_s, max_delay_s=kind.max_delay_s,
            stale_after_s=2 * _FOR.total_seconds(), properties=kind.properties,
        )
        for kind in many_rules.KINDS
    ]  # fmt: skip
    city = Inventory(kinds=tuple(lasting), points=tuple(many_rules.point(10 * number) for number in range(points)))
    book = open_book({"attente.yaml": json.dumps([_RULE], ensure_ascii=False)}, city)
    assert book.is_complete, book.problems
    return book


def _seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


@contextmanager
def _database(postgresql: PostgreSQL) -> Iterator[Database]:
    name = f"vigie_{secrets.token_hex(4)}"
    postgresql.make_database(name)
    database = open_postgresql(postgresql.url(name), bus.RULES_ENGINE)
    upgrade(database, "services.rules_engine.storage", bus.RULES_ENGINE)
    try:
        yield database
    finally:
        database.engine.dispose()
        postgresql.drop_database(name)
