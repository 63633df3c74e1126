"""A migrated database of telemetry for each test, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from shared import bus
from shared.runtime.database import Database, open_postgresql, open_sqlite
from shared.runtime.migrating import upgrade
from tests.wire.servers.postgresql import PostgreSQL

PACKAGE = "services.telemetry.storage"


@pytest.fixture
def address(postgresql: PostgreSQL, database: str) -> str:
    """Of an empty database that no other test has."""
    return postgresql.url(database)


@pytest.fixture
def on_postgresql(address: str) -> Iterator[Database]:
    opened = open_postgresql(address, bus.TELEMETRY)
    upgrade(opened, PACKAGE, bus.TELEMETRY)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Database]:
    opened = open_sqlite(tmp_path / "telemetry.sqlite")
    upgrade(opened, PACKAGE, bus.TELEMETRY)
    yield opened
    opened.engine.dispose()


@pytest.fixture(params=["on_sqlite", "on_postgresql"])
def on_each(request: pytest.FixtureRequest) -> Database:
    found: Database = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def asked(address: str) -> Iterator[Callable[[str], list[tuple[object, ...]]]]:
    """Asks the database, or tells it something, from beside the service, on a connection of its own."""

    def ask(query: str) -> list[tuple[object, ...]]:
        cursor = connection.execute(query)
        return cursor.fetchall() if cursor.description else []

    with psycopg.connect(address, autocommit=True, options=f"-csearch_path={bus.TELEMETRY}") as connection:
        yield ask
