"""Notes what telemetry heard of devices, and tells it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.device_registry.domain.hearing import DeviceState, Wanted, newest, states
from services.device_registry.storage.heard import HeardStore
from services.device_registry.storage.inventory import InventoryStore
from shared.model.devices import DevicesHeard
from shared.runtime.database import Database, Received


def take_heard(database: Database, received: Sequence[Received[DevicesHeard]]) -> None:
    """Keep the newest of each device; messages may come again and in any order."""
    with database.transaction() as transaction:
        heard = [item for told in transaction.first_seen(received) for item in told.message.devices]
        store = HeardStore(transaction)
        store.take_turn()
        known = store.of(sorted({item.device for item in heard}))
        told = newest(known, heard)
        store.keep(item for device, item in told.items() if item != known.get(device))


def show_heard(database: Database, wanted: Wanted, now: datetime) -> tuple[DeviceState, ...]:
    """The devices that are wanted, with what was last heard of each."""
    with database.transaction() as transaction:
        inventory = InventoryStore(transaction).inventory()
        return states(inventory, HeardStore(transaction).all(), wanted, now)
