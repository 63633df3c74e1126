"""Incidents are found by their code: to give out codes that are free, and for whoever names one.

Safe beside the version before: it is an index.
"""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_index("ix_incident_code", "incident", ["code"])


def downgrade() -> None:
    op.drop_index("ix_incident_code", "incident")
