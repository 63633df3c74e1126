"""What the rules folder said last of each thing, and what was last heard of each device.

Until now everything known had come from the folder, so that is what it said. Safe beside the version before: it does
not know the new tables, and what it imports is taken for what the folder newly says at the next import.
"""

import sqlalchemy as sa
from alembic import op

from shared.runtime.message_tables import Utc

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "folder_things",
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sort", "id", name="pk_folder_things"),
    )
    op.execute("INSERT INTO folder_things (sort, id, body) SELECT sort, id, body FROM entities")
    op.create_table(
        "heard",
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("battery_percent", sa.Float()),
        sa.Column("battery_v", sa.Float()),
        sa.Column("rssi_dbm", sa.Float()),
        sa.Column("snr_db", sa.Float()),
        sa.Column("gateways", sa.Integer()),
        sa.Column("frame_counter", sa.Integer()),
        sa.PrimaryKeyConstraint("device", name="pk_heard"),
    )


def downgrade() -> None:
    for table in ("heard", "folder_things"):
        op.drop_table(table)
