"""How often a carrier was asked, and doubts that were left; what Twilio says became of messages.

Safe beside the version before: its code names its columns, and those that it doesn't know have defaults.
"""

import sqlalchemy as sa
from alembic import op

from shared.runtime.message_tables import Utc

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("notification", sa.Column("asked", sa.Integer, nullable=False, server_default="0"))
    op.add_column("notification", sa.Column("doubts", sa.Integer, nullable=False, server_default="0"))
    op.create_table(
        "receipt",
        sa.Column("reference", sa.Text, primary_key=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("progress", sa.Integer, nullable=False),
        sa.Column("error_code", sa.Integer),
        sa.Column("at", Utc, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("receipt")
    with op.batch_alter_table("notification") as notification:
        notification.drop_column("doubts")
        notification.drop_column("asked")
