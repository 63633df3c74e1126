"""What attempts cost, and the digests of folded notices.

Safe beside the version before: they are tables of their own, which that version doesn't know, and an index.
"""

import sqlalchemy as sa
from alembic import op

from shared.runtime.message_tables import Utc

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "spending",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("notification", sa.Text, nullable=False),
        sa.Column("directorate", sa.Text, nullable=False),
        sa.Column("month", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("medium", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("segments", sa.Integer, nullable=False),
        sa.Column("price", sa.BigInteger, nullable=False),
        sa.Column("at", Utc, nullable=False),
    )
    op.create_index("ix_spending_month_directorate", "spending", ["month", "directorate"])
    op.create_index("ix_spending_person_medium_at", "spending", ["person", "medium", "at"])
    op.create_table(
        "folder",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("sends_at", Utc, nullable=False),
        sa.Column("due_at", Utc),
        sa.Column("announced", sa.Boolean, nullable=False),
    )
    op.create_index("ix_folder_due_at", "folder", ["due_at"])
    op.create_index("ix_folder_person", "folder", ["person"])
    op.create_table(
        "folded",
        sa.Column("notification", sa.Text, primary_key=True),
        sa.Column("folder", sa.Text, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("at", Utc, nullable=False),
    )
    op.create_index("ix_folded_folder", "folded", ["folder"])
    op.create_index(
        "ix_notification_criticality_due_at_queued_at_id",
        "notification",
        ["criticality", "due_at", "queued_at", "id"],
    )


def downgrade() -> None:
    op.drop_index("ix_notification_criticality_due_at_queued_at_id", "notification")
    op.drop_table("folded")
    op.drop_table("folder")
    op.drop_table("spending")
