"""The tables of telemetry."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Float, Index, Integer, LargeBinary, Table, Text

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
    Column("quality", Text),
    Column("device", Text),
    Column("path", Text),
    Column("verdict", Text),
    Column("settled_at", Utc),
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

# What counters showed; their observations are the differences.
READING = Table(
    "reading",
    METADATA,
    Column("point", Text, primary_key=True),
    Column("property", Text, primary_key=True),
    Column("device", Text, primary_key=True),
    Column("path", Text, primary_key=True),
    Column("time", Utc, primary_key=True),
    Column("value", Float, nullable=False),
)

DAILY_VALUE = Table(
    "daily_value",
    METADATA,
    Column("point", Text, primary_key=True),
    Column("property", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("expected", Integer, nullable=False),
    Column("mean", Float, nullable=False),
    Column("sum", Float, nullable=False),
    Column("minimum", Float, nullable=False),
    Column("maximum", Float, nullable=False),
    Column("last", Float),
    Column("energy", Float),
    Column("ld", Float),
    Column("le", Float),
    Column("ln", Float),
    Column("lden", Float),
)

# How far the days of a series were closed: the first day that is still open.
CLOSING = Table(
    "closing",
    METADATA,
    Column("point", Text, primary_key=True),
    Column("property", Text, primary_key=True),
    Column("open_day", Date, nullable=False),
)

# Closed days for which something came later.
DIRTY_DAY = Table(
    "dirty_day",
    METADATA,
    Column("point", Text, primary_key=True),
    Column("property", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("noted_at", Utc, nullable=False),
)

# What the rules engine wants to know of the past, and how far it was told.
HISTORY_REQUEST = Table(
    "history_request",
    METADATA,
    Column("id", RowId, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    # How many of its series were told whole, and up to when the following one was.
    Column("told", Integer, nullable=False),
    Column("told_until", Utc),
    Column("due", Utc, nullable=False),
    Index(None, "due"),
)
