"""Incidents, what is in them, who takes care of them, and how they escalate."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text

from services.notifier.storage.tables.metadata import METADATA
from shared.runtime.message_tables import Utc

INCIDENT = Table(
    "incident",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("code", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("criticality", Text, nullable=False),
    Column("opened_at", Utc, nullable=False),
    Column("resolved_at", Utc),
    Column("firing", Integer, nullable=False),
    Column("worst", Text),
    Index(None, "status", "opened_at", "id"),
    Index(None, "code"),
)

INCIDENT_ALERT = Table(
    "incident_alert",
    METADATA,
    Column("incident", Text, primary_key=True),
    Column("alert", Text, primary_key=True),
    Column("point", Text, nullable=False),
    Column("point_title", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("since", Utc, nullable=False),
    Column("resolved_at", Utc),
    Column("severity", Text),
    Column("severity_at", Utc),
    Index(None, "alert"),
)

DIGEST = Table(
    "digest",
    METADATA,
    Column("incident", Text, primary_key=True),
    Column("rule", Text, nullable=False),
    Column("rule_title", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("sends_at", Utc, nullable=False),
    Column("due_at", Utc),
    Column("reason", Text),
    Index(None, "due_at"),
)

ESCALATION = Table(
    "escalation",
    METADATA,
    Column("incident", Text, primary_key=True),
    Column("policy", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("step", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    Column("last_round", Integer, nullable=False),
    Column("due_at", Utc),
    Column("began_at", Utc, nullable=False),
    Column("told_steps", Integer, nullable=False),
    Column("acknowledged_at", Utc),
    Column("reminded", Boolean, nullable=False),
    Index(None, "due_at"),
)

ACKNOWLEDGEMENT = Table(
    "acknowledgement",
    METADATA,
    Column("incident", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("shown", Text, nullable=False),
    Column("way", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Column("comment", Text, nullable=False),
    Column("withdrawn_at", Utc),
    Column("withdrawn_by", Text),
)
