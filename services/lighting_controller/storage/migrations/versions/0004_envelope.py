"""What is wanted of a luminaire and what the envelope leaves of it; what owners were told was cut.

The version before reads and writes none of it. What luminaires were told last is what was their target.
"""

import sqlalchemy as sa
from alembic import op

from shared.runtime.message_tables import Utc

revision = "0004"
down_revision = "0003"

_COLUMNS = (
    ("wanted_level", sa.Integer),
    ("wanted_ramp_s", sa.Float),
    ("lost", sa.Text),
    ("floor", sa.Integer),
    ("cuts", sa.Text),
    ("waits_since", Utc),
    ("look_at", Utc),
    ("told_level", sa.Integer),
    ("told_before", sa.Integer),
    ("told_at", Utc),
    ("dimmed_at", Utc),
    ("counted_at", Utc),
)


def upgrade() -> None:
    for name, kind in _COLUMNS:
        op.add_column("luminaire", sa.Column(name, kind))
    op.create_index("ix_luminaire_counted_at", "luminaire", ["counted_at"])
    op.execute(
        "UPDATE luminaire SET told_level = target_level, told_before = target_level, told_at = changed_at"
        " WHERE changed_at IS NOT NULL"
    )
    op.create_table(
        "cut_told",
        sa.Column("override", sa.Text, primary_key=True),
        sa.Column("cut", sa.Text, primary_key=True),
        sa.Column("level", sa.Integer, primary_key=True),
        sa.Column("at", Utc, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("cut_told")
    op.drop_index("ix_luminaire_counted_at", "luminaire")
    for name, _ in reversed(_COLUMNS):
        op.drop_column("luminaire", name)
