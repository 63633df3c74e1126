"""Tells the current revision again, for those who have no copy yet."""

from __future__ import annotations

from services.device_registry.storage.inventory import InventoryStore
from shared import bus
from shared.runtime.database import Database


def announce(database: Database) -> int:
    """Publish the current revision as it was told first; those who have it pass it over. Its number, 0 if none."""
    with database.transaction() as transaction:
        told = InventoryStore(transaction).current_revision()
        if told is None:
            return 0
        transaction.publish(bus.REGISTRY_CHANGED, told)
        return told.revision
