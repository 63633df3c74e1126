"""Puts an inventory in place of the one that is known, within a transaction; keys stay."""

from __future__ import annotations

from datetime import datetime

from services.device_registry.domain.assembling import things
from services.device_registry.domain.changing import Act, Changes, difference
from services.device_registry.storage.inventory import InventoryStore
from shared import bus
from shared.actor import Actor
from shared.model.registry import Inventory
from shared.runtime.database import Transaction


def revise(
    transaction: Transaction, known: Inventory, new: Inventory, actor: Actor, act: str, subject: str, now: datetime
) -> Changes:
    """Write the difference, make a revision of it, tell it to all and note who did it; nothing where nothing differs.

    Args:
        subject: for the audit; empty: the number of the revision.
    """
    changes = difference(known, new)
    if changes:
        store = InventoryStore(transaction)
        gone = {(change.sort, change.id) for change in changes.changes if change.act is Act.REMOVED}
        touched = {(change.sort, change.id) for change in changes.changes} - gone
        store.put((sort, thing) for sort, thing in things(new) if (sort, thing.id) in touched)
        store.drop(gone)
        told = store.next_revision(now)
        transaction.publish(bus.REGISTRY_CHANGED, told)
        transaction.audit(actor, act, subject or f"revision {told.revision}", now, changes.in_words())
    return changes
