"""The same tables, migrations and statements on a real PostgreSQL, one database for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from shared import bus
from shared.actor import SYSTEM
from shared.model.registry import Inventory, RegistryChanged
from shared.runtime.database import Database, Received, open_postgresql
from shared.runtime.message_store import MessageStore
from shared.runtime.message_tables import AUDIT
from shared.runtime.migrating import check, require_current, upgrade
from shared.runtime.registry_copy import RegistryCopy
from tests.wire.servers.postgresql import PostgreSQL

NOW = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
TOLD = RegistryChanged(revision=3, at=NOW, inventory=Inventory())


@pytest.fixture
def migrated(postgresql: PostgreSQL, database: str) -> Iterator[Callable[[str], Database]]:
    opened: list[Database] = []

    def make(service: str) -> Database:
        made = open_postgresql(postgresql.url(database), service)
        upgrade(made, f"services.{service}.storage", service)
        opened.append(made)
        return made

    yield make
    for made in opened:
        made.engine.dispose()


@pytest.mark.parametrize("service", bus.SERVICES)
def test_migrations_make_the_tables_that_the_code_expects(migrated: Callable[[str], Database], service: str) -> None:
    database = migrated(service)
    require_current(database, f"services.{service}.storage")
    check(database, f"services.{service}.storage")


def test_outbox_inbox_audit_and_copy_hold_together(migrated: Callable[[str], Database]) -> None:
    database = migrated(bus.DEVICE_REGISTRY)
    with database.transaction() as transaction:
        assert transaction.first_seen([Received("a", TOLD), Received("a", TOLD)]) == [Received("a", TOLD)]
        assert RegistryCopy(transaction).keep(TOLD)
        transaction.publish(bus.REGISTRY_CHANGED, TOLD)
        transaction.audit(SYSTEM, "test", "nothing", NOW)
    with database.transaction() as transaction:
        assert transaction.first_seen([Received("a", TOLD)]) == []
        assert RegistryCopy(transaction).revision() == 3
        assert list(transaction.connection.scalars(select(AUDIT.c.at))) == [NOW]
    (row,) = MessageStore(database).unsent(10)
    MessageStore(database).mark_sent([row])
    assert MessageStore(database).unsent(10) == []
    MessageStore(database).send_again({row.event_id})
    assert MessageStore(database).unsent(10) == [row]


def test_an_error_rolls_all_of_it_back(migrated: Callable[[str], Database]) -> None:
    database = migrated(bus.TELEMETRY)

    def fail() -> None:
        with database.transaction() as transaction:
            transaction.first_seen([Received("b", TOLD)])
            transaction.publish(bus.UPLINK_REJECTED, TOLD)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert MessageStore(database).unsent(10) == []
    assert "b" not in MessageStore(database).handled_ids()
