"""What luminaires draw, what changed about them, and what they used. The version before reads and writes none of it."""

import sqlalchemy as sa
from alembic import op

from shared.runtime.message_tables import RowId, Utc

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "level_change",
        sa.Column("id", RowId, primary_key=True),
        sa.Column("luminaire", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("level", sa.Integer),
        sa.Column("power_w", sa.Float),
        sa.Column("source", sa.Text),
        sa.Column("by", sa.Text),
        sa.Column("fault", sa.Text),
        sa.Column("heard_until", Utc),
        sa.Column("power_only", sa.Boolean, nullable=False),
    )
    op.create_index("ix_level_change_luminaire_id", "level_change", ["luminaire", "id"])
    op.create_index("ix_level_change_at", "level_change", ["at"])
    op.create_table(
        "meter",
        sa.Column("luminaire", sa.Text, primary_key=True),
        sa.Column("counted_until", Utc, nullable=False),
        sa.Column("seen", RowId, nullable=False),
        sa.Column("level", sa.Integer),
        sa.Column("reported_w", sa.Float),
        sa.Column("target", sa.Integer),
        sa.Column("fault", sa.Text),
        sa.Column("device", sa.Text),
        sa.Column("power_w", sa.Float),
        sa.Column("burning_s", sa.Float, nullable=False),
        sa.Column("burning_estimated_s", sa.Float, nullable=False),
        sa.Column("faults", sa.Integer, nullable=False),
    )
    op.create_index("ix_meter_counted_until", "meter", ["counted_until"])
    op.create_table(
        "energy_night",
        sa.Column("luminaire", sa.Text, primary_key=True),
        sa.Column("night", sa.Date, primary_key=True),
        sa.Column("tariff", sa.Text, primary_key=True),
        sa.Column("reported_wh", sa.Float, nullable=False),
        sa.Column("estimated_wh", sa.Float, nullable=False),
        sa.Column("calendar_wh", sa.Float, nullable=False),
        sa.Column("full_wh", sa.Float, nullable=False),
        sa.Column("lit_s", sa.Float, nullable=False),
        sa.Column("lit_estimated_s", sa.Float, nullable=False),
        sa.Column("unknown_s", sa.Float, nullable=False),
        sa.Column("switchings", sa.Integer, nullable=False),
    )
    op.create_index("ix_energy_night_night", "energy_night", ["night"])


def downgrade() -> None:
    op.drop_table("energy_night")
    op.drop_table("meter")
    op.drop_table("level_change")
