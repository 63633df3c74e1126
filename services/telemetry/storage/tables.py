"""The tables of telemetry."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, Table, Text

from shared.runtime.message_tables import RowId, Utc, service_metadata

METADATA = service_metadata()

OBSERVATION = Table(
    "observation",
    METADATA,
    Column("point", Text, primary_key=True),
    Column("property", Text, primary_key=True),
    Column("time", Utc, primary_key=True),
    Column("value", Float, nullable=False),
    Column("unit", Text, nullable=False),
    Column("quality", Text, nullable=False),
    Column("received_at", Utc, nullable=False),
    Column("trace", Text, nullable=False),
    # One partition for each month: see partitions.py.
    postgresql_partition_by="RANGE (time)",
)

LATEST = Table(
    "latest",
    METADATA,
    Column("point", Text, primary_key=True),
    Column("property", Text, primary_key=True),
    Column("time", Utc, nullable=False),
    Column("value", Float, nullable=False),
    Column("unit", Text, nullable=False),
    Column("quality", Text, nullable=False),
)

QUARANTINE = Table(
    "quarantine",
    METADATA,
    Column("id", RowId, primary_key=True),
    Column("point", Text, nullable=False),
    Column("property", Text, nullable=False),
    Column("time", Utc, nullable=False),
    Column("value", Float, nullable=False),
    Column("stored_value", Float, nullable=False),
    Column("unit", Text, nullable=False),
    Column("received_at", Utc, nullable=False),
    Column("trace", Text, nullable=False),
    Index(None, "point", "property", "time", "value", unique=True),
)

REJECTION = Table(
    "rejection",
    METADATA,
    Column("id", RowId, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("device", Text),
    Column("detail", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("received_at", Utc, nullable=False),
    Column("trace", Text, nullable=False),
)

TALLY = Table(
    "tally",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("number", BigInteger, nullable=False),
)
