"""The tables: one row for each thing, credentials, and the revisions that were told to the others."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Integer, LargeBinary, Table, Text

from shared.runtime.message_tables import Utc, service_metadata

METADATA: Final = service_metadata()

ENTITIES: Final = Table(
    "entities",
    METADATA,
    Column("sort", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    # JSON of the struct: what a thing is made of changes more often than the questions asked of it.
    Column("body", LargeBinary, nullable=False),
)

CREDENTIALS: Final = Table(
    "credentials",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("key_sha256", Text, nullable=False, unique=True),
    Column("device", Text),
    Column("directorate", Text),
    Column("issued_at", Utc, nullable=False),
)

REVISIONS: Final = Table(
    "revisions",
    METADATA,
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("at", Utc, nullable=False),
)
