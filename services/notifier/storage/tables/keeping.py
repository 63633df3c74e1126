"""The ledger, chores of the day, and secrets."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from services.notifier.storage.tables.metadata import METADATA
from shared.runtime.message_tables import Utc

LEDGER = Table(
    "ledger",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("at", Utc, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("incident", Text),
    Column("alert", Text),
    Column("notification", Text),
    Column("team", Text),
    Column("person", Text),
    Column("trace", Text, nullable=False),
    Index(None, "incident", "at"),
    Index(None, "person", "at"),
    Index(None, "at"),
)

CHORE = Table(
    "chore",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("due_at", Utc, nullable=False),
    Index(None, "due_at"),
)

SECRET = Table(
    "secret",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
