"""What luminaires keep for when they are cut off. The version before neither reads nor writes it."""

import sqlalchemy as sa
from alembic import op

from shared.runtime.message_tables import Utc

revision = "0009"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "programme",
        sa.Column("luminaire", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("due_at", Utc, nullable=False),
    )
    op.create_index("ix_programme_due_at", "programme", ["due_at"])
    op.add_column("simulated_lamp", sa.Column("programme", sa.Text))


def downgrade() -> None:
    op.drop_column("simulated_lamp", "programme")
    op.drop_table("programme")
