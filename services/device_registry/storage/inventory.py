"""Reads and writes the inventory, in one transaction's eyes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

import msgspec
from sqlalchemy import Table, delete, func, insert, select, tuple_

from services.device_registry.domain.merging import plain
from services.device_registry.storage.tables import CREDENTIALS, ENTITIES, FOLDER_THINGS, REVISIONS
from shared.model.registry import (
    Area,
    Credential,
    Device,
    Directorate,
    Entity,
    Group,
    Inventory,
    Kind,
    Model,
    Mount,
    Point,
    RegistryChanged,
    Site,
)
from shared.runtime.database import Transaction
from shared.runtime.statements import portions, upsert

_SHAPES: Final[Mapping[str, type[Entity]]] = MappingProxyType(
    {
        "directorates": Directorate,
        "kinds": Kind,
        "models": Model,
        "areas": Area,
        "sites": Site,
        "points": Point,
        "devices": Device,
        "mounts": Mount,
        "groups": Group,
    }
)


class InventoryStore:
    """What the registry knows."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection = transaction.connection

    def take_turn(self) -> None:
        """For whoever is going to make a revision: what it is made of must not change meanwhile."""
        self._transaction.alone("inventory")

    def inventory(self) -> Inventory:
        """All of it, each sort in the order of ids."""
        found: defaultdict[str, list[Any]] = defaultdict(list)
        for row in self._connection.execute(select(ENTITIES).order_by(ENTITIES.c.sort, ENTITIES.c.id)):
            found[row.sort].append(msgspec.json.decode(row.body, type=_SHAPES[row.sort]))
        things = {sort: tuple(entities) for sort, entities in found.items()}
        return Inventory(**things, credentials=self._credentials())

    def _credentials(self) -> tuple[Credential, ...]:
        query = select(CREDENTIALS).order_by(CREDENTIALS.c.id)
        return tuple(
            Credential(id=row.id, key_sha256=row.key_sha256, device=row.device, directorate=row.directorate)
            for row in self._connection.execute(query)
        )

    def put(self, things: Iterable[tuple[str, Entity]]) -> None:
        """Keep things, each with its sort, in place of those of the same sort and id."""
        rows = [{"sort": sort, "id": thing.id, "body": msgspec.json.encode(thing)} for sort, thing in things]
        upsert(self._connection, ENTITIES, rows, ["sort", "id"])

    def drop(self, keys: Iterable[tuple[str, str]]) -> None:
        """Forget things, by sort and id."""
        self._drop(ENTITIES, keys)

    def _drop(self, table: Table, keys: Iterable[tuple[str, str]]) -> None:
        for some in portions(list(keys)):
            self._connection.execute(delete(table).where(tuple_(table.c.sort, table.c.id).in_(some)))

    def said_by_folder(self) -> dict[tuple[str, str], Entity]:
        """What the rules folder said last of each thing, by sort and id."""
        rows = self._connection.execute(select(FOLDER_THINGS))
        return {(row.sort, row.id): plain(msgspec.json.decode(row.body, type=_SHAPES[row.sort])) for row in rows}

    def remember_folder(self, before: Mapping[tuple[str, str], Entity], said: Iterable[tuple[str, Entity]]) -> None:
        """Keep what the folder says now in place of what it said before."""
        now = {(sort, thing.id): plain(thing) for sort, thing in said}
        changed = [key for key, thing in now.items() if before.get(key) != thing]
        rows = [{"sort": sort, "id": name, "body": msgspec.json.encode(now[sort, name])} for sort, name in changed]
        upsert(self._connection, FOLDER_THINGS, rows, ["sort", "id"])
        self._drop(FOLDER_THINGS, before.keys() - now.keys())

    def revision(self) -> int:
        """The newest revision; 0 before the first."""
        return self._connection.scalar(select(func.max(REVISIONS.c.revision))) or 0

    def next_revision(self, at: datetime) -> RegistryChanged:
        """A new revision of what is known now, as it is told to the others."""
        revision = self.revision() + 1
        self._connection.execute(insert(REVISIONS), {"revision": revision, "at": at})
        return RegistryChanged(revision=revision, at=at, inventory=self.inventory())

    def current_revision(self) -> RegistryChanged | None:
        """The newest revision as it was told; None before the first."""
        query = select(REVISIONS).order_by(REVISIONS.c.revision.desc()).limit(1)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else RegistryChanged(revision=row.revision, at=row.at, inventory=self.inventory())
