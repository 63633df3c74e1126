"""Leases: one replica works at a time, and another takes over. The version before doesn't know the new tables."""

from shared.runtime.lease_tables import create_lease_tables, drop_lease_tables

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    create_lease_tables()


def downgrade() -> None:
    drop_lease_tables()
