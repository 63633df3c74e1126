"""Notices, what carriers say of them, and what people answer."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text

from services.notifier.storage.tables.metadata import METADATA
from shared.runtime.message_tables import Utc

NOTIFICATION = Table(
    "notification",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("incident", Text),
    Column("criticality", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("medium", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("route", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("queued_at", Utc, nullable=False),
    Column("changed_at", Utc, nullable=False),
    Column("due_at", Utc),
    Column("attempts", Integer, nullable=False),
    Column("after", Text),
    Column("reference", Text),
    Column("asked", Integer, nullable=False, server_default="0"),
    Column("doubts", Integer, nullable=False, server_default="0"),
    Column("trace", Text, nullable=False),
    Column("language", Text, nullable=False, server_default="fr"),
    Index(None, "due_at", "queued_at", "id"),
    Index(None, "incident", "kind"),
    Index(None, "after"),
    Index(None, "changed_at", "id"),
    Index(None, "medium", "state"),
    Index(None, "reference"),
    Index(None, "person", "changed_at"),
    Index(None, "criticality", "due_at", "queued_at", "id"),
)

RECEIPT = Table(
    "receipt",
    METADATA,
    Column("reference", Text, primary_key=True),
    Column("status", Text, nullable=False),
    Column("progress", Integer, nullable=False),
    Column("error_code", Integer),
    Column("at", Utc, nullable=False),
)

OUTBOX_MESSAGE = Table(
    "outbox_message",
    METADATA,
    Column("notification", Text, primary_key=True),
    Column("medium", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", Utc, nullable=False),
)

CARRIER_TROUBLE = Table(
    "carrier_trouble",
    METADATA,
    Column("channel", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("since", Utc, nullable=False),
    Column("failed_at", Utc, nullable=False),
    Column("rests_until", Utc),
)

REPLY = Table(
    "reply",
    METADATA,
    Column("reference", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("meaning", Text, nullable=False),
    Column("incident", Text),
    Column("answer", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Index(None, "person", "at"),
)

OPT_OUT = Table(
    "opt_out",
    METADATA,
    Column("address", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Column("withdrawn_at", Utc),
)
