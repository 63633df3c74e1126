"""Leases, and the partition of each alert state.

The version before goes on working beside it: it doesn't know the new tables, and its inserts leave the partition at
-1, which the next replica that takes up rules puts right.
"""

import sqlalchemy as sa
from alembic import op

from shared import bus
from shared.runtime.lease_tables import create_lease_tables, drop_lease_tables

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    create_lease_tables()
    op.add_column("alert_state", sa.Column("partition", sa.Integer, nullable=False, server_default="-1"))
    op.create_index("ix_alert_state_partition_due_at", "alert_state", ["partition", "due_at"])
    table = sa.table("alert_state", sa.column("point", sa.Text), sa.column("partition", sa.Integer))
    connection = op.get_bind()
    for point in connection.scalars(sa.select(table.c.point).distinct()).all():
        connection.execute(
            table.update().where(table.c.point == point).values(partition=bus.partition_of(point))
        )


def downgrade() -> None:
    op.drop_index("ix_alert_state_partition_due_at", "alert_state")
    op.drop_column("alert_state", "partition")
    drop_lease_tables()
