"""On PostgreSQL, observations in partitions by month; nothing changes on SQLite.

Safe beside the version before: the table keeps its name, its columns in their order and its primary key, so the
INSERT and SELECT of old code go on working. While the rows are copied they wait for the lock on the table, which is
released at the commit; whoever waited then finds the new table by its name. What old code writes for a month without
partition goes into the default partition, and stays there.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from shared.runtime.message_tables import Utc

revision = "0002"
down_revision = "0001"

MONTHS = """
    SELECT DISTINCT date_trunc('month', time AT TIME ZONE 'UTC') AS month FROM observation_before
    WHERE time >= '2000-01-01 00:00:00+00' AND time < now() + interval '1 month'
    ORDER BY month
"""


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    put_aside()
    create(postgresql_partition_by="RANGE (time)")
    op.execute("CREATE TABLE observation_default PARTITION OF observation DEFAULT")
    for month in op.get_bind().execute(sa.text(MONTHS)).scalars().all():
        following = month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)
        op.execute(
            f"CREATE TABLE observation_y{month:%Y}m{month:%m} PARTITION OF observation"
            f" FOR VALUES FROM ('{month:%Y-%m-%d} 00:00:00+00') TO ('{following:%Y-%m-%d} 00:00:00+00')"
        )
    take_back()


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    put_aside()
    create()
    take_back()


def put_aside() -> None:
    # Copying takes as long as it takes; the lock itself is waited for no longer than other migrations wait.
    op.execute("SET LOCAL statement_timeout = 0")
    op.execute("LOCK TABLE observation IN ACCESS EXCLUSIVE MODE")
    op.execute("ALTER TABLE observation RENAME CONSTRAINT pk_observation TO pk_observation_before")
    op.rename_table("observation", "observation_before")


def create(**how: Any) -> None:
    op.create_table(
        "observation",
        sa.Column("point", sa.Text, primary_key=True),
        sa.Column("property", sa.Text, primary_key=True),
        sa.Column("time", Utc, primary_key=True),
        sa.Column("value", sa.Float, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("quality", sa.Text, nullable=False),
        sa.Column("received_at", Utc, nullable=False),
        sa.Column("trace", sa.Text, nullable=False),
        **how,
    )


def take_back() -> None:
    columns = "point, property, time, value, unit, quality, received_at, trace"
    op.execute(f"INSERT INTO observation ({columns}) SELECT {columns} FROM observation_before")
    op.drop_table("observation_before")
