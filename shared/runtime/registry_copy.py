"""A service's own copy of the registry, so that a question to the registry is never on an observation's way."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar

import msgspec
from sqlalchemy import select

from shared.model.registry import Inventory, RegistryChanged
from shared.runtime.database import Database, Received, Transaction
from shared.runtime.message_tables import MESSAGE_TABLES
from shared.runtime.statements import upsert

T = TypeVar("T")

_TABLE: Final = MESSAGE_TABLES.tables["registry_copy"]


class RegistryCopy:
    """The copy, as one transaction sees it."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def keep(self, changed: RegistryChanged) -> bool:
        """Take a revision unless the copy is as new; whether it was taken."""
        if changed.revision <= self.revision():
            return False
        body = msgspec.json.encode(changed.inventory)
        row = {"id": 1, "revision": changed.revision, "inventory": body}
        upsert(self._connection, _TABLE, [row], ["id"])
        return True

    def revision(self) -> int:
        """The revision of the copy; 0 before the first."""
        return self._connection.scalar(select(_TABLE.c.revision)) or 0

    def inventory(self) -> Inventory:
        """All that the registry knew at that revision; empty before the first."""
        body: bytes | None = self._connection.scalar(select(_TABLE.c.inventory))
        return Inventory() if body is None else msgspec.json.decode(body, type=Inventory)


def keep_newest(transaction: Transaction, received: Sequence[Received[RegistryChanged]]) -> bool:
    """Take the newest revision of those received, each once; whether the copy changed."""
    copy = RegistryCopy(transaction)
    taken = [copy.keep(item.message) for item in transaction.first_seen(received)]
    return any(taken)


def keep_registry(database: Database, received: Sequence[Received[RegistryChanged]]) -> None:
    """The whole use-case of a service that only keeps the copy."""
    with database.transaction() as transaction:
        keep_newest(transaction, received)


class RegistryView(Generic[T]):
    """What a service makes of its copy, made once for each revision.

    Another replica may have taken a newer revision into the same database, so the revision is looked at again every
    ``_LOOK_AGAIN_S``; a service that takes one itself says so with ``changed``.
    """

    _LOOK_AGAIN_S: Final = 1.0

    def __init__(self, build: Callable[[Inventory], T]) -> None:
        self._build = build
        self._revision = 0
        self._looked = 0.0
        self._view = build(Inventory())

    def changed(self) -> None:
        """Look at the copy before the next answer."""
        self._looked = 0.0

    def current(self, database: Database) -> tuple[int, T]:
        """The revision and what was made of it; revision 0 before the registry has ever spoken."""
        now = time.monotonic()
        if now - self._looked > self._LOOK_AGAIN_S:
            # Noted first: a revision that comes while we look is looked at next.
            self._looked = now
            self._look(database)
        return self._revision, self._view

    def _look(self, database: Database) -> None:
        with database.transaction() as transaction:
            copy = RegistryCopy(transaction)
            revision = copy.revision()
            inventory = copy.inventory() if revision != self._revision else None
        if inventory is not None:
            self._revision, self._view = revision, self._build(inventory)
