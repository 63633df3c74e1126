"""What a tick costs goes by what is due, not by what exists.

Work is counted in statements and in steps of SQLite's machine, so that a slow computer finds the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import event

from services.rules_engine.domain.alert import AlertState
from services.rules_engine.storage.kept import Kept
from services.rules_engine.storage.memory import Memory
from services.rules_engine.storage.states import States
from services.rules_engine.use_cases.act_on_due import act_on_due
from shared.runtime.database import Database
from tests.component.rules_engine.playground import ALL, START, book_of, emptied, point, valley, written

HOUR = timedelta(hours=1)
FEW, MANY = 200, 20_000
RULES = written(
    {"silent": "for_each: {kind: water-level}\n  when: {absent_for: [level, 2 h]}\n  severity: red\n  THEN"}
)


@dataclass
class Work:
    """Statements, and steps of the machine that runs them (in tens)."""

    statements: int = 0
    steps: int = 0


@contextmanager
def counted(database: Database) -> Iterator[Work]:
    work, tens = Work(), count(1)

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        work.statements += not statement.startswith("BEGIN")

    def step() -> int:
        work.steps = next(tens)
        return 0

    connection = database.engine.raw_connection().driver_connection
    assert connection is not None
    event.listen(database.engine, "before_cursor_execute", note)
    connection.set_progress_handler(step, 10)
    yield work
    connection.set_progress_handler(None, 0)
    event.remove(database.engine, "before_cursor_execute", note)


STATIONS = [f"s{number}" for number in range(100)]
BOOK = book_of(RULES, valley(map(point, STATIONS)))


def _filled(database: Database, states: int, due: int) -> Database:
    """So many states, a third of which the clock never changes, and so many that are due."""
    fingerprint = BOOK.rules["silent"].rule.fingerprint
    later = [None, START + HOUR, START + 2 * HOUR]
    moments = {f"x{number}": later[number % 3] for number in range(states)} | dict.fromkeys(STATIONS[:due], START)
    with emptied(database).transaction() as transaction:
        States(transaction).save(
            {("silent", name): Kept(AlertState(due_at=moment), fingerprint) for name, moment in moments.items()}
        )
    return database


def _tick(database: Database, parts: frozenset[int] = ALL) -> Work:
    """What a tick works, and the one that then finds nothing due any more."""
    memory = Memory()
    with counted(database) as work:
        for _ in range(2):
            assert act_on_due(database, memory, BOOK, parts, START) == START + HOUR
    return work


@pytest.fixture
def database(database_of: Callable[[str], Database]) -> Database:
    return database_of("rules_engine")


@pytest.mark.parametrize("parts", [ALL, frozenset({3, 5})], ids=["all parts", "two parts"])
def test_nothing_due_is_found_in_a_few_steps(database: Database, parts: frozenset[int]) -> None:
    work = _tick(_filled(database, MANY, 0), parts)
    # Two looks, each at when the next is due and at which rules are set aside.
    assert work.statements == 4
    assert work.steps < 200


def test_a_tick_costs_what_is_due(database: Database) -> None:
    few, many = (_tick(_filled(database, states, 3)) for states in (FEW, MANY))
    assert many.statements == few.statements
    assert many.steps <= 1.5 * few.steps


def test_more_that_is_due_costs_more(database: Database) -> None:
    """The count is no constant: it sees what is worked."""
    few, more = (_tick(_filled(database, FEW, due)) for due in (3, 90))
    assert more.steps > 5 * few.steps
