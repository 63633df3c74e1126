"""Alerts as matchers see them, what is held back and why, silences, bundles of alerts, what flaps, daily chores.

Safe beside the version before: they are tables of their own, which that version doesn't know. What it takes meanwhile has
no row here: it can't be the source of an inhibition, and is told like before.
"""

import sqlalchemy as sa
from alembic import op

from shared.runtime.message_tables import Utc

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "alert",
        sa.Column("alert", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("incident", sa.Text),
        sa.Column("firing", sa.Integer, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("since", Utc, nullable=False),
        sa.Column("resolved_at", Utc),
        sa.Column("taken_at", Utc, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_alert_firing_role", "alert", ["firing", "role"])
    op.create_index("ix_alert_key_taken_at", "alert", ["key", "taken_at"])
    op.create_index("ix_alert_rule_taken_at", "alert", ["rule", "taken_at"])
    op.create_index("ix_alert_incident", "alert", ["incident"])
    op.create_index("ix_alert_since", "alert", ["since"])
    op.create_table(
        "held",
        sa.Column("incident", sa.Text, primary_key=True),
        sa.Column("alert", sa.Text, primary_key=True),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("since", Utc, nullable=False),
        sa.Column("due_at", Utc),
        sa.Column("told_severity", sa.Text),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_held_due_at", "held", ["due_at"])
    op.create_index("ix_held_source", "held", ["source"])
    op.create_index("ix_held_alert", "held", ["alert"])
    op.create_table(
        "silence",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("ends_at", Utc, nullable=False),
        sa.Column("ended_at", Utc),
        sa.Column("reminder_at", Utc),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_silence_ended_at_ends_at", "silence", ["ended_at", "ends_at"])
    op.create_index("ix_silence_reminder_at", "silence", ["reminder_at"])
    op.create_table(
        "bundle",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("incident", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("sort", sa.Text, nullable=False),
        sa.Column("interval_s", sa.Integer, nullable=False),
        sa.Column("joined_at", Utc, nullable=False),
        sa.Column("due_at", Utc, nullable=False),
    )
    op.create_index("ix_bundle_incident", "bundle", ["incident"])
    op.create_table(
        "flapping",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("incident", sa.Text, nullable=False),
        sa.Column("since", Utc, nullable=False),
        sa.Column("due_at", Utc, nullable=False),
    )
    op.create_index("ix_flapping_due_at", "flapping", ["due_at"])
    op.create_index("ix_flapping_incident", "flapping", ["incident"])
    op.create_table(
        "chore",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("due_at", Utc, nullable=False),
    )
    op.create_index("ix_chore_due_at", "chore", ["due_at"])


def downgrade() -> None:
    for name in ("chore", "flapping", "bundle", "silence", "held", "alert"):
        op.drop_table(name)
