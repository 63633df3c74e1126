"""Escalations, acknowledgements, what people answer, who wants no text messages, and the key of links in mails.

Safe beside the version before: they are tables of their own, which that version does not know. Incidents that are open
when they are made do not escalate before their severity rises.
"""

import sqlalchemy as sa
from alembic import op

from shared.runtime.message_tables import Utc

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "escalation",
        sa.Column("incident", sa.Text, primary_key=True),
        sa.Column("policy", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("last_round", sa.Integer, nullable=False),
        sa.Column("due_at", Utc),
        sa.Column("began_at", Utc, nullable=False),
        sa.Column("told_steps", sa.Integer, nullable=False),
        sa.Column("acknowledged_at", Utc),
        sa.Column("reminded", sa.Boolean, nullable=False),
    )
    op.create_table(
        "acknowledgement",
        sa.Column("incident", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("shown", sa.Text, nullable=False),
        sa.Column("way", sa.Text, nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("withdrawn_at", Utc),
        sa.Column("withdrawn_by", sa.Text),
    )
    op.create_table(
        "reply",
        sa.Column("reference", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("meaning", sa.Text, nullable=False),
        sa.Column("incident", sa.Text),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("at", Utc, nullable=False),
    )
    op.create_table(
        "secret",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_index("ix_escalation_due_at", "escalation", ["due_at"])
    op.create_index("ix_reply_person_at", "reply", ["person", "at"])
    op.create_index("ix_notification_person_changed_at", "notification", ["person", "changed_at"])


def downgrade() -> None:
    op.drop_index("ix_notification_person_changed_at", "notification")
    op.drop_table("secret")
    op.drop_table("reply")
    op.drop_table("acknowledgement")
    op.drop_table("escalation")
