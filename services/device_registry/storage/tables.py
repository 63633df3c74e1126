"""The tables: one row for each thing, what the folder said of it, what was heard of it; credentials; revisions."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Float, Integer, LargeBinary, Table, Text

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

FOLDER_THINGS: Final = Table(
    "folder_things",
    METADATA,
    Column("sort", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    # As ``entities``. What was changed in operation since is known by the difference; a thing may be in one alone.
    Column("body", LargeBinary, nullable=False),
)

HEARD: Final = Table(
    "heard",
    METADATA,
    Column("device", Text, primary_key=True),
    Column("at", Utc, nullable=False),
    Column("battery_percent", Float),
    Column("battery_v", Float),
    Column("rssi_dbm", Float),
    Column("snr_db", Float),
    Column("gateways", Integer),
    Column("frame_counter", Integer),
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
