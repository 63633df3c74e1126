"""The worst severity of an incident, and the severity of each alert in it with the time of its last change.

Safe beside the version before: its code names its columns, and the new ones may be empty. It can't read the notices of
a changed severity, so processes of the rules engine that send such changes start after those of the notifier.
"""

import sqlalchemy as sa
from alembic import op

from shared.runtime.message_tables import Utc

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("incident", sa.Column("worst", sa.Text))
    op.add_column("incident_alert", sa.Column("severity", sa.Text))
    op.add_column("incident_alert", sa.Column("severity_at", Utc))


def downgrade() -> None:
    with op.batch_alter_table("incident_alert") as incident_alert:
        incident_alert.drop_column("severity_at")
        incident_alert.drop_column("severity")
    with op.batch_alter_table("incident") as incident:
        incident.drop_column("worst")
