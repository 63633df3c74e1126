"""The migration to partitions keeps what is stored, and lets the version before go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Thread

import psycopg
import pytest
from alembic import command

from shared import bus
from shared.runtime import migrating
from shared.runtime.database import Database, open_postgresql
from tests.wire.waiting import until

PACKAGE = "services.telemetry.storage"
OLD_INSERT = (
    "INSERT INTO observation (point, property, time, value, unit, quality, received_at, trace)"
    " VALUES (%s, 'level', %s, 1.5, 'm', 'good', now(), 't')"
)
STORED = (
    "SELECT point, time::text, value, unit, quality, trace, tableoid::regclass::text FROM observation ORDER BY time"
)


def go(database: Database, version: str, act: Callable[..., None] = command.upgrade) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {bus.TELEMETRY}")
        connection.dialect.default_schema_name = bus.TELEMETRY
        act(migrating._config(PACKAGE, connection), version)


@pytest.fixture
def first(address: str) -> Iterator[Database]:
    """At the first version of the tables."""
    database = open_postgresql(address, bus.TELEMETRY)
    go(database, "0001")
    yield database
    database.engine.dispose()


@pytest.fixture
def old(address: str) -> Iterator[psycopg.Connection]:
    """A connection of a process that runs the version before."""
    with psycopg.connect(address, autocommit=True, options=f"-csearch_path={bus.TELEMETRY} -ctimezone=UTC") as found:
        yield found


def test_what_is_stored_stays_and_finds_its_month(first: Database, old: psycopg.Connection) -> None:
    for time in ("1999-12-31 23:00Z", "2025-12-31 23:59:59Z", "2026-01-01 00:00Z"):
        old.execute(OLD_INSERT, ("p", time))
    before = old.execute(STORED).fetchall()
    go(first, "0002")
    found = old.execute(STORED).fetchall()
    assert [row[:-1] for row in found] == [row[:-1] for row in before]
    assert [row[-1] for row in found] == ["observation_default", "observation_y2025m12", "observation_y2026m01"]
    go(first, "head")
    migrating.check(first, PACKAGE)
    go(first, "0001", command.downgrade)
    assert [row[:-1] for row in old.execute(STORED).fetchall()] == [row[:-1] for row in before]


def test_the_version_before_reads_and_writes_through_it(first: Database, old: psycopg.Connection) -> None:
    # Often enough that the server keeps a plan made for the table of before.
    for minute in range(20):
        old.execute(OLD_INSERT, ("p", f"2026-11-25 11:{minute:02}Z"), prepare=True)
    go(first, "0002")
    old.execute(OLD_INSERT, ("p", "2026-11-25 11:30Z"), prepare=True)
    old.execute(OLD_INSERT, ("p", "2031-01-01 00:00Z"), prepare=True)
    assert len(old.execute(STORED).fetchall()) == 22
    with pytest.raises(psycopg.errors.UniqueViolation):
        old.execute(OLD_INSERT, ("p", "2026-11-25 11:30Z"), prepare=True)


def test_who_waits_for_the_migration_finds_the_new_table(
    first: Database, address: str, asked: Callable[[str], list[tuple[object, ...]]]
) -> None:
    def write() -> None:
        with psycopg.connect(address, options=f"-csearch_path={bus.TELEMETRY}") as late:
            late.execute(OLD_INSERT, ("late", "2026-11-25 11:00Z"))

    writer = Thread(target=write)
    with first.engine.begin() as connection:
        connection.dialect.default_schema_name = bus.TELEMETRY
        command.upgrade(migrating._config(PACKAGE, connection), "0002")
        writer.start()
        until(lambda: asked("SELECT 1 FROM pg_locks WHERE NOT granted"), 30, "the writer waits")
    writer.join(timeout=30)
    assert asked("SELECT point, tableoid::regclass::text FROM observation") == [("late", "observation_default")]
