"""The last command that a luminaire says it obeyed. The version before neither reads nor writes it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("luminaire", sa.Column("obeyed", sa.Integer))


def downgrade() -> None:
    op.drop_column("luminaire", "obeyed")
