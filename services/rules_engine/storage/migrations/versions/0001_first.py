"""Samples, alert states, transitions."""

import sqlalchemy as sa
from alembic import op

from shared.runtime.message_tables import Utc
from shared.runtime.migrating import create_message_tables, drop_message_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_message_tables()
    op.create_table(
        "sample",
        sa.Column("point", sa.Text, primary_key=True),
        sa.Column("property", sa.Text, primary_key=True),
        sa.Column("time", Utc, primary_key=True),
        sa.Column("value", sa.Float, nullable=False),
        sa.Column("quality", sa.Text, nullable=False),
    )
    op.create_table(
        "alert_state",
        sa.Column("rule", sa.Text, primary_key=True),
        sa.Column("point", sa.Text, primary_key=True),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("phase", sa.Text, nullable=False),
        sa.Column("state", sa.LargeBinary, nullable=False),
        sa.Column("due_at", Utc),
        sa.Column("trace", sa.Text, nullable=False),
        sa.Column("told", sa.LargeBinary),
    )
    op.create_index("ix_alert_state_due_at", "alert_state", ["due_at"])
    op.create_index("ix_alert_state_phase", "alert_state", ["phase"])
    op.create_table(
        "transition",
        sa.Column("alert", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("point", sa.Text, nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("resolution", sa.Text),
        sa.Column("trace", sa.Text, nullable=False),
    )


def downgrade() -> None:
    for table in ("transition", "alert_state", "sample"):
        op.drop_table(table)
    drop_message_tables()
