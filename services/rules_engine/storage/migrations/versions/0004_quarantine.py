"""The rules that are set aside. The version before goes on working beside it: it knows none, and parks what it must."""

import sqlalchemy as sa
from alembic import op

from shared.runtime.message_tables import Utc

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "quarantined_rule",
        sa.Column("rule", sa.Text, primary_key=True),
        sa.Column("edition", sa.Text, primary_key=True),
        sa.Column("since", Utc, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("trace", sa.Text, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("told", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("quarantined_rule")
