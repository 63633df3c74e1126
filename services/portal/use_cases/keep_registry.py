"""Keeps the portal's copy of the registry up to date."""

from __future__ import annotations

from collections.abc import Sequence

from shared.model.registry import RegistryChanged
from shared.runtime.database import Database, Received
from shared.runtime.registry_copy import RegistryCopy


def keep_registry(database: Database, received: Sequence[Received[RegistryChanged]]) -> None:
    """Take the newest revision of those received."""
    with database.transaction() as transaction:
        for item in transaction.first_seen(received):
            RegistryCopy(transaction).keep(item.message)
