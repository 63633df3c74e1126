"""Keeps secrets that the notifier makes for itself."""

from __future__ import annotations

import secrets
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects import postgresql

from services.notifier.storage.tables import SECRET
from shared.runtime.database import Transaction

_BYTES: Final = 32
# PostgreSQL's clause compiles for SQLite too.
_MAKE: Final = postgresql.insert(SECRET).on_conflict_do_nothing(index_elements=["name"])


def secret(transaction: Transaction, name: str) -> str:
    """The secret of that name, made at random the first time; the same for all processes of the service."""
    query = select(SECRET.c.value).where(SECRET.c.name == name)
    found = transaction.connection.scalar(query)
    if found is None:
        row = {"name": name, "value": secrets.token_urlsafe(_BYTES)}
        transaction.connection.execute(_MAKE, row)
        found = transaction.connection.scalar(query)
    return str(found)
