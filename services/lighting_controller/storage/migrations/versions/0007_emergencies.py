"""Emergencies, what of a group an override is for, and what a person asked for.

The version before neither reads nor writes these: it takes an emergency's override for one of the whole group.
"""

import sqlalchemy as sa
from alembic import op

from shared.runtime.message_tables import Utc

revision = "0007"
down_revision = "0006"

_ADDED = ("emergency", "luminaires", "demand")


def upgrade() -> None:
    for name in _ADDED:
        op.add_column("override", sa.Column(name, sa.Text))
    op.create_index("ix_override_emergency", "override", ["emergency"])
    op.create_table(
        "emergency",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("day", sa.Boolean, nullable=False),
        sa.Column("ramp_s", sa.Float, nullable=False),
        sa.Column("area", sa.Text),
        sa.Column("geometry", sa.Text),
        sa.Column("whole_groups", sa.Text, nullable=False),
        sa.Column("starts_at", Utc, nullable=False),
        sa.Column("asked_at", Utc, nullable=False),
        sa.Column("lease_until", Utc, nullable=False),
        sa.Column("ended_at", Utc),
        sa.Column("demand", sa.Text, nullable=False),
    )
    op.create_index("ix_emergency_lease_until", "emergency", ["lease_until"])


def downgrade() -> None:
    op.drop_table("emergency")
    op.drop_index("ix_override_emergency", "override")
    for name in _ADDED:
        op.drop_column("override", name)
