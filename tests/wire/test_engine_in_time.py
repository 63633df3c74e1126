"""The rules engine's made-up lives on PostgreSQL, and how this finds what is due among twenty thousand states."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import event, text

from services.rules_engine.domain.alert import AlertState
from services.rules_engine.storage.kept import Kept
from services.rules_engine.storage.states import States
from shared import bus
from shared.runtime.database import Database, open_postgresql
from shared.runtime.migrating import upgrade
from tests.component.rules_engine.cutting import LIVES, Life, check
from tests.component.rules_engine.playground import ALL, START
from tests.wire.servers.postgresql import PostgreSQL

HOUR = timedelta(hours=1)


@pytest.fixture
def database(postgresql: PostgreSQL, database: str) -> Iterator[Database]:
    made = open_postgresql(postgresql.url(database), bus.RULES_ENGINE)
    upgrade(made, "services.rules_engine.storage", bus.RULES_ENGINE)
    yield made
    made.engine.dispose()


def test_a_cut_run_tells_what_an_uninterrupted_one_tells(database: Database) -> None:
    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(LIVES)
    def check_life(life: Life) -> None:
        check(database, life)

    check_life()


@pytest.mark.parametrize("parts", [ALL, frozenset({3, 5})], ids=["all parts", "two parts"])
def test_what_is_due_is_found_by_an_index(database: Database, parts: frozenset[int]) -> None:
    moments = [None, START + HOUR, START + 2 * HOUR]
    with database.transaction() as transaction:
        States(transaction).save(
            {("rule", f"p{number}"): Kept(AlertState(due_at=moments[number % 3]), "f") for number in range(20_000)}
        )
        transaction.connection.execute(text("ANALYZE alert_state"))
    asked: list[tuple[str, Any]] = []
    with database.transaction() as transaction:
        event.listen(database.engine, "before_cursor_execute", lambda *given: asked.append(given[2:4]))
        assert States(transaction).next_due(parts) == START + HOUR
        assert States(transaction).due(parts, START) == {}
        for statement, values in asked[:2]:
            rows = transaction.connection.exec_driver_sql(f"EXPLAIN {statement}", values).scalars().all()
            plan = "\n".join(rows)
            assert "alert_state" in statement
            assert "Index" in plan, plan
            assert "Seq Scan" not in plan, plan
