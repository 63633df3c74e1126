"""The ledger: every decision about who is told, with its reason.

Safe beside the version before: it is a table of its own, which that version doesn't know.
"""

import sqlalchemy as sa
from alembic import op

from shared.runtime.message_tables import Utc

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "ledger",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("at", Utc, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("incident", sa.Text),
        sa.Column("alert", sa.Text),
        sa.Column("notification", sa.Text),
        sa.Column("team", sa.Text),
        sa.Column("person", sa.Text),
        sa.Column("trace", sa.Text, nullable=False),
    )
    op.create_index("ix_ledger_incident_at", "ledger", ["incident", "at"])
    op.create_index("ix_ledger_person_at", "ledger", ["person", "at"])
    op.create_index("ix_ledger_at", "ledger", ["at"])


def downgrade() -> None:
    op.drop_table("ledger")
