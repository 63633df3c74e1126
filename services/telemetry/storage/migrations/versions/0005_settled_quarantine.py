"""Of what is in quarantine: who offers it, and what was decided.

Safe beside the version before: only columns that it does not know and that may be empty.
"""

import sqlalchemy as sa
from alembic import op

from shared.runtime.message_tables import Utc

revision = "0005"
down_revision = "0004"

TEXTS = ("quality", "device", "path", "verdict")


def upgrade() -> None:
    for name in TEXTS:
        op.add_column("quarantine", sa.Column(name, sa.Text))
    op.add_column("quarantine", sa.Column("settled_at", Utc))


def downgrade() -> None:
    for name in ("settled_at", *reversed(TEXTS)):
        op.drop_column("quarantine", name)
