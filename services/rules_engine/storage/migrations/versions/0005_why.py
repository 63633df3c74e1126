"""What a transition was decided on, kept beside it.

The version before goes on working: it leaves it empty, and what it decided is reconstructed from the history of
readings.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("transition", sa.Column("seen", sa.LargeBinary))
    op.create_index("ix_transition_rule_point_at", "transition", ["rule", "point", "at"])


def downgrade() -> None:
    op.drop_index("ix_transition_rule_point_at", "transition")
    op.drop_column("transition", "seen")
