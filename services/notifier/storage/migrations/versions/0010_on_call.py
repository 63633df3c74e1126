"""On call: who was on duty when it was last looked, gaps that were told, calendars that were fetched.

Safe beside the version before: they are tables of their own, which that version doesn't know.
"""

import sqlalchemy as sa
from alembic import op

from shared.runtime.message_tables import Utc

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "on_call_duty",
        sa.Column("schedule", sa.Text, primary_key=True),
        sa.Column("people", sa.Text),
        sa.Column("since", Utc),
        sa.Column("looked_at", Utc),
        sa.Column("due_at", Utc),
    )
    op.create_index("ix_on_call_duty_due_at", "on_call_duty", ["due_at"])
    op.create_table(
        "on_call_gap",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("schedule", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("starts_at", Utc, nullable=False),
        sa.Column("ends_at", Utc),
        sa.Column("told_at", Utc, nullable=False),
    )
    op.create_index("ix_on_call_gap_schedule_ends_at", "on_call_gap", ["schedule", "ends_at"])
    op.create_table(
        "on_call_feed",
        sa.Column("schedule", sa.Text, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("content", sa.Text),
        sa.Column("digest", sa.Text),
        sa.Column("fetched_at", Utc),
        sa.Column("tried_at", Utc),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("failure", sa.Text),
        sa.Column("due_at", Utc, nullable=False),
    )


def downgrade() -> None:
    for table in ("on_call_feed", "on_call_gap", "on_call_duty"):
        op.drop_table(table)
