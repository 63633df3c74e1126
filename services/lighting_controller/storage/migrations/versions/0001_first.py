"""Groups, their luminaires, overrides, simulated lamps."""

import sqlalchemy as sa
from alembic import op

from shared.runtime.message_tables import Utc
from shared.runtime.migrating import create_message_tables, drop_message_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_message_tables()
    op.create_table(
        "luminaire_group",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("directorate", sa.Text, nullable=False),
        sa.Column("latitude", sa.Float, nullable=False),
        sa.Column("longitude", sa.Float, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("due_at", Utc),
    )
    op.create_index("ix_luminaire_group_due_at", "luminaire_group", ["due_at"])
    op.create_table(
        "member",
        sa.Column("group", sa.Text, primary_key=True),
        sa.Column("luminaire", sa.Text, primary_key=True),
    )
    op.create_index("ix_member_luminaire", "member", ["luminaire"])
    op.create_table(
        "luminaire",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("target_source", sa.Text),
        sa.Column("target_level", sa.Integer),
        sa.Column("target_by", sa.Text),
        sa.Column("target_group", sa.Text),
        sa.Column("target_ramp_s", sa.Float),
        sa.Column("target_trace", sa.Text),
        sa.Column("sent_level", sa.Integer),
        sa.Column("sent_tries", sa.Integer),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("feedback", sa.Integer),
        sa.Column("actual", sa.Integer),
        sa.Column("reported_at", Utc),
        sa.Column("fault", sa.Text),
        sa.Column("changes", sa.Integer, nullable=False),
        sa.Column("changed_at", Utc),
        sa.Column("due_at", Utc),
    )
    op.create_index("ix_luminaire_due_at", "luminaire", ["due_at"])
    op.create_table(
        "override",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("alert", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("group", sa.Text, nullable=False),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("day", sa.Boolean, nullable=False),
        sa.Column("ramp_s", sa.Float, nullable=False),
        sa.Column("at_most_s", sa.Float),
        sa.Column("starts_at", Utc, nullable=False),
        sa.Column("asked_at", Utc, nullable=False),
        sa.Column("lease_until", Utc, nullable=False),
        sa.Column("standing", sa.Text, nullable=False),
        sa.Column("used_s", sa.Float, nullable=False),
        sa.Column("counted_until", Utc, nullable=False),
        sa.Column("used_up_at", Utc),
        sa.Column("trace", sa.Text, nullable=False),
        sa.Column("due_at", Utc),
    )
    op.create_index("ix_override_due_at", "override", ["due_at"])
    op.create_index("ix_override_group_standing", "override", ["group", "standing"])
    op.create_table(
        "simulated_lamp",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("since", Utc, nullable=False),
        sa.Column("before", sa.Integer),
        sa.Column("origin", sa.Integer, nullable=False),
        sa.Column("level", sa.Integer),
        sa.Column("ramp_s", sa.Float, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("simulated_lamp")
    op.drop_table("override")
    op.drop_table("luminaire")
    op.drop_table("member")
    op.drop_table("luminaire_group")
    drop_message_tables()
