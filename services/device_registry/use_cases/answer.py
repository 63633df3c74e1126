"""Answers what the registry knows."""

from __future__ import annotations

import msgspec

from services.device_registry.domain.finding import PointDetails, Wanted, details, find
from services.device_registry.storage.inventory import InventoryStore
from shared.model.registry import Inventory, Point
from shared.runtime.database import Database


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known, and the revision that told it."""

    revision: int
    inventory: Inventory


def snapshot(database: Database) -> Snapshot:
    """All of it."""
    with database.transaction() as transaction:
        store = InventoryStore(transaction)
        return Snapshot(revision=store.revision(), inventory=store.inventory())


def find_points(database: Database, wanted: Wanted) -> tuple[Point, ...]:
    """The points that have all that is wanted."""
    return find(snapshot(database).inventory, wanted)


def get_point(database: Database, identifier: str) -> PointDetails:
    """What is known of a point.

    Raises:
        NotFound: there is no such point.
    """
    return details(snapshot(database).inventory, identifier)


def summary(database: Database) -> dict[str, int]:
    """How many things of each sort, and the revision."""
    known = snapshot(database)
    counts = {sort: len(getattr(known.inventory, sort)) for sort in Inventory.__struct_fields__}
    return {"revision": known.revision, **counts}
