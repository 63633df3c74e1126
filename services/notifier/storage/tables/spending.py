"""What notices cost, and what was folded into a digest instead."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text

from services.notifier.storage.tables.metadata import METADATA
from shared.runtime.message_tables import Utc

SPENDING = Table(
    "spending",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("notification", Text, nullable=False),
    Column("directorate", Text, nullable=False),
    Column("month", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("medium", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("segments", Integer, nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("at", Utc, nullable=False),
    Index(None, "month", "directorate"),
    Index(None, "person", "medium", "at"),
)

FOLDER = Table(
    "folder",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("sends_at", Utc, nullable=False),
    Column("due_at", Utc),
    Column("announced", Boolean, nullable=False),
    Index(None, "due_at"),
    Index(None, "person"),
)

FOLDED = Table(
    "folded",
    METADATA,
    Column("notification", Text, primary_key=True),
    Column("folder", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Index(None, "folder"),
)
