"""Outbox, inbox, parked messages, audit, copy of the registry."""

from shared.runtime.migrating import create_message_tables, drop_message_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_message_tables()


def downgrade() -> None:
    drop_message_tables()
