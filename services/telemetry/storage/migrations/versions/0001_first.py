"""Observations, latest values, quarantine, rejections, tallies."""

import sqlalchemy as sa
from alembic import op

from shared.runtime.message_tables import RowId, Utc
from shared.runtime.migrating import create_message_tables, drop_message_tables

# As they were when this migration was written; a later reason comes with a migration of its own.
REASONS = (
    "unreadable",
    "too-large",
    "unknown-device",
    "wrong-key",
    "not-mounted",
    "no-such-property",
    "not-a-number",
    "not-decoded",
    "from-the-future",
)

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_message_tables()
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
    )
    op.create_table(
        "latest",
        sa.Column("point", sa.Text, primary_key=True),
        sa.Column("property", sa.Text, primary_key=True),
        sa.Column("time", Utc, nullable=False),
        sa.Column("value", sa.Float, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("quality", sa.Text, nullable=False),
    )
    op.create_table(
        "quarantine",
        sa.Column("id", RowId, primary_key=True),
        sa.Column("point", sa.Text, nullable=False),
        sa.Column("property", sa.Text, nullable=False),
        sa.Column("time", Utc, nullable=False),
        sa.Column("value", sa.Float, nullable=False),
        sa.Column("stored_value", sa.Float, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("received_at", Utc, nullable=False),
        sa.Column("trace", sa.Text, nullable=False),
    )
    op.create_index(
        "ix_quarantine_point_property_time_value", "quarantine", ["point", "property", "time", "value"], unique=True
    )
    op.create_table(
        "rejection",
        sa.Column("id", RowId, primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("device", sa.Text),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("received_at", Utc, nullable=False),
        sa.Column("trace", sa.Text, nullable=False),
    )
    op.create_table(
        "tally",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
    )
    names = ("observations", "duplicates", "quarantined", *(f"rejected:{reason}" for reason in REASONS))
    table = sa.table("tally", sa.column("name", sa.Text), sa.column("number", sa.BigInteger))
    op.bulk_insert(table, [{"name": name, "number": 0} for name in names])


def downgrade() -> None:
    for table in ("tally", "rejection", "quarantine", "latest", "observation"):
        op.drop_table(table)
    drop_message_tables()
