"""Puts an inventory in place of the one that is known; keys stay."""

from __future__ import annotations

from datetime import datetime

import msgspec

from services.device_registry.domain.changing import SORTS, Act, difference
from services.device_registry.storage.inventory import InventoryStore
from shared import bus
from shared.actor import Actor
from shared.errors import Forbidden
from shared.model.registry import Inventory
from shared.runtime.database import Database


class ImportResult(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did. Nothing added, changed or removed: the revision is the one that was there."""

    revision: int
    added: int
    changed: int
    removed: int
    in_words: str

    @property
    def is_new(self) -> bool:
        """Whether it made a revision."""
        return bool(self.added or self.changed or self.removed)


def import_inventory(database: Database, inventory: Inventory, actor: Actor, now: datetime) -> ImportResult:
    """Replace what is known; a difference makes a new revision, which is told to all. Credentials are left alone.

    Raises:
        Forbidden: the actor may change one directorate's things only.
    """
    if actor.directorate is not None:
        raise Forbidden(actor.id, "import the inventory of all directorates")
    with database.transaction() as transaction:
        store = InventoryStore(transaction)
        store.take_turn()
        changes = difference(store.inventory(), inventory)
        if changes:
            touched = {(change.sort, change.id) for change in changes.changes if change.act is not Act.REMOVED}
            things = ((sort, thing) for sort in SORTS for thing in getattr(inventory, sort))
            store.put((sort, thing) for sort, thing in things if (sort, thing.id) in touched)
            store.drop((change.sort, change.id) for change in changes.changes if change.act is Act.REMOVED)
            told = store.next_revision(now)
            transaction.publish(bus.REGISTRY_CHANGED, told)
            transaction.audit(actor, "import_inventory", f"revision {told.revision}", now, changes.in_words())
        return ImportResult(
            revision=store.revision(),
            added=changes.count(Act.ADDED),
            changed=changes.count(Act.CHANGED),
            removed=changes.count(Act.REMOVED),
            in_words=changes.in_words(),
        )
