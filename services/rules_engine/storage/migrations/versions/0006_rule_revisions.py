"""Revisions of the rules, and what each level of a rule was when it made a state.

The version before goes on working beside it: it reads its rules from files, and its states have no ladder.
"""

import sqlalchemy as sa
from alembic import op

from shared.runtime.message_tables import Utc

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "rule_revision",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("applied_at", Utc, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("git_revision", sa.Text),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("files", sa.LargeBinary, nullable=False),
        sa.Column("rolled_back_to", sa.Integer),
    )
    op.create_table(
        "rules_folder",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("digest", sa.Text, nullable=False),
    )
    op.add_column("alert_state", sa.Column("ladder", sa.Text, nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("alert_state", "ladder")
    op.drop_table("rules_folder")
    op.drop_table("rule_revision")
