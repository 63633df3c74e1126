"""The language of notices; which carriers are in trouble; numbers whose owners asked for no more texts.

Safe beside the version before: its code names its columns, the new one has a default, and the tables are new.
"""

import sqlalchemy as sa
from alembic import op

from shared.runtime.message_tables import Utc

revision = "0007"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("notification", sa.Column("language", sa.Text, nullable=False, server_default="fr"))
    op.create_index("ix_notification_reference", "notification", ["reference"])
    op.create_table(
        "carrier_trouble",
        sa.Column("channel", sa.Text, primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("since", Utc, nullable=False),
        sa.Column("failed_at", Utc, nullable=False),
        sa.Column("rests_until", Utc),
    )
    op.create_table(
        "opt_out",
        sa.Column("address", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("withdrawn_at", Utc),
    )


def downgrade() -> None:
    op.drop_table("opt_out")
    op.drop_table("carrier_trouble")
    op.drop_index("ix_notification_reference", "notification")
    with op.batch_alter_table("notification") as notification:
        notification.drop_column("language")
