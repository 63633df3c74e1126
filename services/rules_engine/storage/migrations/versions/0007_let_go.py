"""Which book of rules let go what was set aside.

The version before goes on working: to it what was let go is outdated, and it drops the row, as it always did.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("quarantined_rule", sa.Column("let_go_by", sa.Integer))


def downgrade() -> None:
    op.execute("DELETE FROM quarantined_rule WHERE let_go_by IS NOT NULL")
    op.drop_column("quarantined_rule", "let_go_by")
