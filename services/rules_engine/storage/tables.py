"""The tables of the rules engine."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, LargeBinary, Table, Text

from shared.runtime.lease_tables import add_lease_tables
from shared.runtime.message_tables import Utc, service_metadata

METADATA = service_metadata()
add_lease_tables(METADATA)

SAMPLE = Table(
    "sample",
    METADATA,
    Column("point", Text, primary_key=True),
    Column("property", Text, primary_key=True),
    Column("time", Utc, primary_key=True),
    Column("value", Float, nullable=False),
    Column("quality", Text, nullable=False),
)

ALERT_STATE = Table(
    "alert_state",
    METADATA,
    Column("rule", Text, primary_key=True),
    Column("point", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("phase", Text, nullable=False),
    Column("state", LargeBinary, nullable=False),
    Column("due_at", Utc),
    Column("trace", Text, nullable=False),
    Column("told", LargeBinary),
    # Of the point; -1: written by a version that didn't know it.
    Column("partition", Integer, nullable=False, server_default="-1"),
    # Of the rule which made it; empty: written by a version that didn't know it.
    Column("ladder", Text, nullable=False, server_default=""),
    Index(None, "due_at"),
    Index(None, "partition", "due_at"),
    Index(None, "phase"),
)

TRANSITION = Table(
    "transition",
    METADATA,
    Column("alert", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("rule", Text, nullable=False),
    Column("point", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Column("resolution", Text),
    Column("trace", Text, nullable=False),
    # A ``Witness``; none of what a version decided that kept none, nor of what ended without a decision.
    Column("seen", LargeBinary),
    Index(None, "rule", "point", "at"),
)

SERIES_REACH = Table(
    "series_reach",
    METADATA,
    Column("point", Text, primary_key=True),
    Column("property", Text, primary_key=True),
    Column("partition", Integer, nullable=False),
    Column("span_s", Float, nullable=False),
    Column("samples", Integer, nullable=False),
    # What is there while more is on its way.
    Column("before_span_s", Float, nullable=False),
    Column("before_samples", Integer, nullable=False),
    Column("waits_until", Utc),
    Index(None, "partition", "waits_until"),
)

QUARANTINED_RULE = Table(
    "quarantined_rule",
    METADATA,
    Column("rule", Text, primary_key=True),
    # While replicas are redeployed the old and the new edition may both be set aside.
    Column("edition", Text, primary_key=True),
    Column("since", Utc, nullable=False),
    Column("subject", Text, nullable=False),
    Column("trace", Text, nullable=False),
    Column("error", Text, nullable=False),
    Column("times", Integer, nullable=False),
    # What its owner was told, to be resolved in the same words.
    Column("told", LargeBinary, nullable=False),
    # The number of the book in which it is written otherwise; none: it is set aside.
    Column("let_go_by", Integer),
)

RULE_REVISION = Table(
    "rule_revision",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("applied_at", Utc, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("git_revision", Text),
    Column("digest", Text, nullable=False),
    # All files by path, as JSON, compressed.
    Column("files", LargeBinary, nullable=False),
    Column("rolled_back_to", Integer),
)

# What the rules folder said last, of a city in one process: a digest of its files.
RULES_FOLDER = Table(
    "rules_folder",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("digest", Text, nullable=False),
)
