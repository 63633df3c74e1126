"""Reads and writes the credentials, in one transaction's eyes."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import delete, insert, select

from services.device_registry.storage.tables import CREDENTIALS
from shared.model.registry import Credential
from shared.runtime.database import Transaction


class IssuedKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key as a list may show it: whose it is and since when, never the key nor its digest."""

    id: str
    device: str | None
    directorate: str | None
    issued_at: datetime


class CredentialStore:
    """The keys that were issued."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def issued(self) -> tuple[IssuedKey, ...]:
        """All keys, the oldest first."""
        query = select(CREDENTIALS).order_by(CREDENTIALS.c.issued_at, CREDENTIALS.c.id)
        return tuple(
            IssuedKey(id=row.id, device=row.device, directorate=row.directorate, issued_at=row.issued_at)
            for row in self._connection.execute(query)
        )

    def add(self, credential: Credential, issued_at: datetime) -> None:
        """Keep a credential."""
        row = {**msgspec.structs.asdict(credential), "issued_at": issued_at}
        self._connection.execute(insert(CREDENTIALS), row)

    def revoke(self, identifier: str) -> None:
        """Forget a credential."""
        self._connection.execute(delete(CREDENTIALS).where(CREDENTIALS.c.id == identifier))
