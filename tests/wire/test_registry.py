"""Several processes of the registry change it at the same time: one after the other, and each whole."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from services.device_registry.domain.exchange.faults import RevisionChanged
from services.device_registry.domain.exchange.planning import File
from services.device_registry.domain.hearing import Wanted
from services.device_registry.domain.operating import NewDevice
from services.device_registry.storage.inventory import InventoryStore
from services.device_registry.use_cases import operate
from services.device_registry.use_cases.exchange import export_things, import_files
from services.device_registry.use_cases.hear import show_heard, take_heard
from services.device_registry.use_cases.import_folder import import_folder
from services.device_registry.use_cases.issue_key import issue_key
from shared import bus
from shared.actor import SYSTEM
from shared.model.devices import DevicesHeard, Heard
from shared.runtime.database import Database, Received, open_postgresql
from shared.runtime.migrating import upgrade
from shared.runtime.settings import shipped_rules
from tests.wire.servers.postgresql import PostgreSQL

NOW = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
KEYS = 12
GAUGE = "O200004001"


@pytest.fixture
def registry(postgresql: PostgreSQL, database: str) -> Iterator[Database]:
    """The registry's own schema, with the shipped inventory."""
    opened = open_postgresql(postgresql.url(database), bus.DEVICE_REGISTRY)
    upgrade(opened, "services.device_registry.storage", bus.DEVICE_REGISTRY)
    import_folder(opened, shipped_rules(), SYSTEM, NOW)
    yield opened
    opened.engine.dispose()


def test_keys_that_are_issued_at_once_each_make_a_revision(registry: Database) -> None:
    with ThreadPoolExecutor(6) as people:
        keys = list(people.map(lambda _: issue_key(registry, SYSTEM, NOW, directorate="gemapi"), range(KEYS)))
    assert len(set(keys)) == KEYS
    with registry.transaction() as transaction:
        store = InventoryStore(transaction)
        assert store.revision() == 1 + KEYS
        assert len(store.inventory().credentials) == KEYS


def test_of_two_who_apply_the_same_look_at_once_one_is_refused(registry: Database) -> None:
    def apply(title: str) -> bool:
        file = File(name="points.csv", text=f"id,title\nberge-01,{title}\n")
        try:
            import_files(registry, SYSTEM, NOW, [file], remove=False, expected_revision=1)
        except RevisionChanged:
            return False
        return True

    with ThreadPoolExecutor(4) as people:
        assert sorted(people.map(apply, ("Une", "Deux", "Trois", "Quatre"))) == [False, False, False, True]


def test_a_swap_outlives_the_next_start_and_an_export_comes_back_unchanged(registry: Database) -> None:
    device = NewDevice(id="NEU", model="hubeau-station")
    operate.swap(registry, SYSTEM, NOW, point="garonne-toulouse", old=GAUGE, device=device)
    assert not import_folder(registry, shipped_rules(), SYSTEM, NOW).is_new
    files = [File(name=f"{sort}.csv", text=export_things(registry, sort, "csv")) for sort in ("devices", "points")]
    assert not import_files(registry, SYSTEM, NOW, files, remove=True, expected_revision=2).is_new


def test_what_is_heard_at_once_and_in_any_order_ends_with_the_newest(registry: Database) -> None:
    def hear(minutes: int) -> None:
        heard = Heard(device=GAUGE, at=NOW - timedelta(minutes=minutes), battery_percent=float(minutes))
        take_heard(registry, [Received(f"m{minutes}", DevicesHeard(devices=(heard,)))])

    with ThreadPoolExecutor(6) as replicas:
        list(replicas.map(hear, [7, 3, 9, 1, 8, 2, 6, 4, 5]))
    (state,) = show_heard(registry, Wanted(devices=frozenset({GAUGE})), NOW)
    assert state.heard is not None
    assert (state.silent_for_s, state.heard.battery_percent) == (60, 1.0)
