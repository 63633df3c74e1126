"""What was seen of schedules and their calendars."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text

from services.notifier.storage.tables.metadata import METADATA
from shared.runtime.message_tables import Utc

ON_CALL_DUTY = Table(
    "on_call_duty",
    METADATA,
    Column("schedule", Text, primary_key=True),
    Column("people", Text),
    Column("since", Utc),
    Column("looked_at", Utc),
    Column("due_at", Utc),
    Index(None, "due_at"),
)

ON_CALL_GAP = Table(
    "on_call_gap",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("schedule", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("starts_at", Utc, nullable=False),
    Column("ends_at", Utc),
    Column("told_at", Utc, nullable=False),
    Index(None, "schedule", "ends_at"),
)

ON_CALL_FEED = Table(
    "on_call_feed",
    METADATA,
    Column("schedule", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("content", Text),
    Column("digest", Text),
    Column("fetched_at", Utc),
    Column("tried_at", Utc),
    Column("failures", Integer, nullable=False),
    Column("failure", Text),
    Column("due_at", Utc, nullable=False),
)
