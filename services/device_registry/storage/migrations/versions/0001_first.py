"""The first tables."""

import sqlalchemy as sa
from alembic import op

from shared.runtime.message_tables import Utc
from shared.runtime.migrating import create_message_tables, drop_message_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_message_tables()
    op.create_table(
        "entities",
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sort", "id", name="pk_entities"),
    )
    op.create_table(
        "credentials",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("key_sha256", sa.Text(), nullable=False),
        sa.Column("device", sa.Text()),
        sa.Column("directorate", sa.Text()),
        sa.Column("issued_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_credentials"),
        sa.UniqueConstraint("key_sha256", name="uq_credentials_key_sha256"),
    )
    op.create_table(
        "revisions",
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("revision", name="pk_revisions"),
    )


def downgrade() -> None:
    for table in ("revisions", "credentials", "entities"):
        op.drop_table(table)
    drop_message_tables()
