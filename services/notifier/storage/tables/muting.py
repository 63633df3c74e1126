"""The log of alerts, what holds them back, and what they share."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, Text

from services.notifier.storage.tables.metadata import METADATA
from shared.runtime.message_tables import Utc

ALERT = Table(
    "alert",
    METADATA,
    Column("alert", Text, primary_key=True),
    Column("key", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("incident", Text),
    Column("firing", Integer, nullable=False),
    Column("role", Text, nullable=False),
    Column("since", Utc, nullable=False),
    Column("resolved_at", Utc),
    Column("taken_at", Utc, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index(None, "firing", "role"),
    Index(None, "key", "taken_at"),
    Index(None, "rule", "taken_at"),
    Index(None, "incident"),
    Index(None, "since"),
)

HELD = Table(
    "held",
    METADATA,
    Column("incident", Text, primary_key=True),
    Column("alert", Text, primary_key=True),
    Column("verdict", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("since", Utc, nullable=False),
    Column("due_at", Utc),
    Column("told_severity", Text),
    Column("body", LargeBinary, nullable=False),
    Index(None, "due_at"),
    Index(None, "source"),
    Index(None, "alert"),
)

SILENCE = Table(
    "silence",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("ends_at", Utc, nullable=False),
    Column("ended_at", Utc),
    Column("reminder_at", Utc),
    Column("body", LargeBinary, nullable=False),
    Index(None, "ended_at", "ends_at"),
    Index(None, "reminder_at"),
)

BUNDLE = Table(
    "bundle",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("incident", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("sort", Text, nullable=False),
    Column("interval_s", Integer, nullable=False),
    Column("joined_at", Utc, nullable=False),
    Column("due_at", Utc, nullable=False),
    Index(None, "incident"),
)

FLAPPING = Table(
    "flapping",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("incident", Text, nullable=False),
    Column("since", Utc, nullable=False),
    Column("due_at", Utc, nullable=False),
    Index(None, "due_at"),
    Index(None, "incident"),
)
