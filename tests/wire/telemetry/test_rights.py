"""What telemetry's role in the database has to be allowed, and no more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared import bus
from shared.runtime.database import Database, open_postgresql
from shared.runtime.migrating import upgrade
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.telemetry.levels import level, take

PACKAGE = "services.telemetry.storage"


@pytest.fixture
def as_its_role(postgresql: PostgreSQL, database: str) -> Iterator[Database]:
    """May enter, keep tables of a connection's own, and do what it likes in its schema."""
    role = f"{database}_telemetry"
    postgresql.make_role(role, "secret")
    postgresql.sql(database, f"GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {role}")
    postgresql.sql(database, f"CREATE SCHEMA {bus.TELEMETRY} AUTHORIZATION {role}")
    opened = open_postgresql(postgresql.url(database, role, "secret"), bus.TELEMETRY)
    yield opened
    opened.engine.dispose()
    postgresql.sql(database, f"DROP OWNED BY {role} CASCADE")
    postgresql.drop_role(role)


def test_the_owner_of_the_schema_who_may_make_temporary_tables_needs_no_other_right(as_its_role: Database) -> None:
    upgrade(as_its_role, PACKAGE, bus.TELEMETRY)
    assert take(as_its_role, [level(1000)]).accepted == 1
