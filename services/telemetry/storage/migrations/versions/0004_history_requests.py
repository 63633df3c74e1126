"""What the rules engine wants to know of the past.

Safe beside the version before: only a table that it does not know.
"""

import sqlalchemy as sa
from alembic import op

from shared.runtime.message_tables import RowId, Utc

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "history_request",
        sa.Column("id", RowId, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("told", sa.Integer, nullable=False),
        sa.Column("told_until", Utc),
        sa.Column("due", Utc, nullable=False),
    )
    op.create_index("ix_history_request_due", "history_request", ["due"])


def downgrade() -> None:
    op.drop_table("history_request")
