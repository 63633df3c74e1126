"""Reads and writes what was last heard of each device, in one transaction's eyes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import select

from services.device_registry.storage.tables import HEARD
from shared.model.devices import Heard
from shared.runtime.database import Transaction
from shared.runtime.statements import portions, upsert


class HeardStore:
    """What was heard."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection = transaction.connection

    def take_turn(self) -> None:
        """For whoever is going to write: what it compares with must not change meanwhile."""
        self._transaction.alone("heard")

    def of(self, devices: Sequence[str]) -> dict[str, Heard]:
        """What is known of these devices."""
        queries = (select(HEARD).where(HEARD.c.device.in_(some)) for some in portions(devices))
        rows = (row for query in queries for row in self._connection.execute(query))
        return {row.device: Heard(**row._mapping) for row in rows}  # noqa: SLF001 - SQLAlchemy's name for it

    def all(self) -> dict[str, Heard]:
        """What is known of every device that ever spoke."""
        rows = self._connection.execute(select(HEARD))
        return {row.device: Heard(**row._mapping) for row in rows}  # noqa: SLF001

    def keep(self, heard: Iterable[Heard]) -> None:
        """Keep these in place of what is known."""
        upsert(self._connection, HEARD, [msgspec.structs.asdict(item) for item in heard], ["device"])
