"""How far back samples go, so that a rule that reads further asks telemetry for history.

The version before goes on working beside it: it asks for nothing.
"""

import sqlalchemy as sa
from alembic import op

from shared.runtime.message_tables import Utc

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "series_reach",
        sa.Column("point", sa.Text, nullable=False),
        sa.Column("property", sa.Text, nullable=False),
        sa.Column("partition", sa.Integer, nullable=False),
        sa.Column("span_s", sa.Float, nullable=False),
        sa.Column("samples", sa.Integer, nullable=False),
        sa.Column("before_span_s", sa.Float, nullable=False),
        sa.Column("before_samples", sa.Integer, nullable=False),
        sa.Column("waits_until", Utc),
        sa.PrimaryKeyConstraint("point", "property", name="pk_series_reach"),
    )
    op.create_index("ix_series_reach_partition_waits_until", "series_reach", ["partition", "waits_until"])


def downgrade() -> None:
    op.drop_table("series_reach")
