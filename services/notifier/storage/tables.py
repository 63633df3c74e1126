"""The tables of the notifier."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, Table, Text

from shared.runtime.lease_tables import add_lease_tables
from shared.runtime.message_tables import Utc, service_metadata

METADATA = service_metadata()
add_lease_tables(METADATA)

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

CHORE = Table(
    "chore",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("due_at", Utc, nullable=False),
    Index(None, "due_at"),
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

SECRET = Table(
    "secret",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

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
