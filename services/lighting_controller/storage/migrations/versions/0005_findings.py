"""What is wrong with luminaires, and what is known of each to find it. The version before reads none of it."""

import sqlalchemy as sa
from alembic import op

from shared.runtime.message_tables import Utc

revision = "0005"
down_revision = "0004"

_ADDED = {
    "sent_at": Utc,
    "check_at": Utc,
    "examine_at": Utc,
    "observed_at": Utc,
    "power_w": sa.Float,
    "lamp_failure": sa.Boolean,
}


def upgrade() -> None:
    for name, kind in _ADDED.items():
        op.add_column("luminaire", sa.Column(name, kind))
    op.create_table(
        "finding",
        sa.Column("luminaire", sa.Text, primary_key=True),
        sa.Column("fault", sa.Text, primary_key=True),
        sa.Column("noticed_at", Utc, primary_key=True),
        sa.Column("since", Utc),
        sa.Column("well_since", Utc),
        sa.Column("ended_at", Utc),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("level", sa.Integer),
    )
    op.create_index("ix_finding_ended_at_luminaire", "finding", ["ended_at", "luminaire"])


def downgrade() -> None:
    op.drop_table("finding")
    for name in _ADDED:
        op.drop_column("luminaire", name)
