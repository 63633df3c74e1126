"""Incidents with their alerts, digests, notifications, and what the outbox shows."""

import sqlalchemy as sa
from alembic import op

from shared.runtime.message_tables import Utc
from shared.runtime.migrating import create_message_tables, drop_message_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_message_tables()
    op.create_table(
        "incident",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("severity", sa.Text, nullable=False),
        sa.Column("criticality", sa.Text, nullable=False),
        sa.Column("opened_at", Utc, nullable=False),
        sa.Column("resolved_at", Utc),
        sa.Column("firing", sa.Integer, nullable=False),
    )
    op.create_index("ix_incident_status_opened_at_id", "incident", ["status", "opened_at", "id"])
    op.create_table(
        "incident_alert",
        sa.Column("incident", sa.Text, primary_key=True),
        sa.Column("alert", sa.Text, primary_key=True),
        sa.Column("point", sa.Text, nullable=False),
        sa.Column("point_title", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("since", Utc, nullable=False),
        sa.Column("resolved_at", Utc),
    )
    op.create_index("ix_incident_alert_alert", "incident_alert", ["alert"])
    op.create_table(
        "digest",
        sa.Column("incident", sa.Text, primary_key=True),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("rule_title", sa.Text, nullable=False),
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("sends_at", Utc, nullable=False),
        sa.Column("due_at", Utc),
        sa.Column("reason", sa.Text),
    )
    op.create_index("ix_digest_due_at", "digest", ["due_at"])
    op.create_table(
        "notification",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("incident", sa.Text),
        sa.Column("criticality", sa.Text, nullable=False),
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("medium", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("route", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("queued_at", Utc, nullable=False),
        sa.Column("changed_at", Utc, nullable=False),
        sa.Column("due_at", Utc),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("after", sa.Text),
        sa.Column("reference", sa.Text),
        sa.Column("trace", sa.Text, nullable=False),
    )
    op.create_index("ix_notification_due_at_queued_at_id", "notification", ["due_at", "queued_at", "id"])
    op.create_index("ix_notification_incident_kind", "notification", ["incident", "kind"])
    op.create_index("ix_notification_after", "notification", ["after"])
    op.create_index("ix_notification_changed_at_id", "notification", ["changed_at", "id"])
    op.create_index("ix_notification_medium_state", "notification", ["medium", "state"])
    op.create_table(
        "outbox_message",
        sa.Column("notification", sa.Text, primary_key=True),
        sa.Column("medium", sa.Text, nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("at", Utc, nullable=False),
    )


def downgrade() -> None:
    for table in ("outbox_message", "notification", "digest", "incident_alert", "incident"):
        op.drop_table(table)
    drop_message_tables()
