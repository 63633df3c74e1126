"""Two processes of the registry make revisions at the same time: one after the other, and each whole."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from services.device_registry.storage.inventory import InventoryStore
from services.device_registry.use_cases.import_folder import import_folder
from services.device_registry.use_cases.issue_key import issue_key
from shared import bus
from shared.actor import SYSTEM
from shared.runtime.database import open_postgresql
from shared.runtime.migrating import upgrade
from shared.runtime.settings import shipped_rules
from tests.wire.servers.postgresql import PostgreSQL

NOW = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
KEYS = 12


def test_keys_that_are_issued_at_once_each_make_a_revision(postgresql: PostgreSQL, database: str) -> None:
    registry = open_postgresql(postgresql.url(database), bus.DEVICE_REGISTRY)
    upgrade(registry, "services.device_registry.storage", bus.DEVICE_REGISTRY)
    import_folder(registry, shipped_rules(), SYSTEM, NOW)
    with ThreadPoolExecutor(6) as people:
        keys = list(people.map(lambda _: issue_key(registry, SYSTEM, NOW, directorate="gemapi"), range(KEYS)))
    assert len(set(keys)) == KEYS
    with registry.transaction() as transaction:
        store = InventoryStore(transaction)
        assert store.revision() == 1 + KEYS
        assert len(store.inventory().credentials) == KEYS
    registry.engine.dispose()
