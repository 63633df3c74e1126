"""A service's own copy of the registry, so that a question to the registry is never on an observation's way."""

from __future__ import annotations

from typing import Final

import msgspec
from sqlalchemy import select

from shared.model.registry import Inventory, RegistryChanged
from shared.runtime.database import MESSAGE_TABLES, Transaction, upsert

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
        self._connection.execute(upsert(_TABLE, [row], ["id"]))
        return True

    def revision(self) -> int:
        """The revision of the copy; 0 before the first."""
        return self._connection.scalar(select(_TABLE.c.revision)) or 0

    def inventory(self) -> Inventory:
        """All that the registry knew at that revision; empty before the first."""
        body: bytes | None = self._connection.scalar(select(_TABLE.c.inventory))
        return Inventory() if body is None else msgspec.json.decode(body, type=Inventory)
