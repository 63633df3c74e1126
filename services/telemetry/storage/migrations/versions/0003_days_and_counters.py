"""Readings of counters, daily values, and which days are closed.

Safe beside the version before: only tables that it does not know.
"""

import sqlalchemy as sa
from alembic import op

from shared.runtime.message_tables import Utc

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "reading",
        sa.Column("point", sa.Text, primary_key=True),
        sa.Column("property", sa.Text, primary_key=True),
        sa.Column("device", sa.Text, primary_key=True),
        sa.Column("path", sa.Text, primary_key=True),
        sa.Column("time", Utc, primary_key=True),
        sa.Column("value", sa.Float, nullable=False),
    )
    op.create_table(
        "daily_value",
        sa.Column("point", sa.Text, primary_key=True),
        sa.Column("property", sa.Text, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("expected", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Float, nullable=False) for name in ("mean", "sum", "minimum", "maximum")),
        *(sa.Column(name, sa.Float) for name in ("last", "energy", "ld", "le", "ln", "lden")),
    )
    op.create_table(
        "closing",
        sa.Column("point", sa.Text, primary_key=True),
        sa.Column("property", sa.Text, primary_key=True),
        sa.Column("open_day", sa.Date, nullable=False),
    )
    op.create_table(
        "dirty_day",
        sa.Column("point", sa.Text, primary_key=True),
        sa.Column("property", sa.Text, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("noted_at", Utc, nullable=False),
    )


def downgrade() -> None:
    for table in ("dirty_day", "closing", "daily_value", "reading"):
        op.drop_table(table)
