"""When it was last forgotten what is old. The version before neither reads nor writes it."""

import sqlalchemy as sa
from alembic import op

from shared.runtime.message_tables import Utc

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "chore",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("due_at", Utc, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("chore")
