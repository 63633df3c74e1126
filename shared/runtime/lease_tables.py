"""The tables of a service whose replicas share its work by leases."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import Column, DateTime, Integer, MetaData, Table, Text

_METADATA: Final = MetaData()


def add_lease_tables(metadata: MetaData) -> None:
    """Add to a service's tables: its leases, and the replicas that live."""
    Table(
        "lease",
        metadata,
        Column("part", Integer, primary_key=True, autoincrement=False),
        Column("holder", Text),
        Column("expires_at", DateTime(timezone=True)),
        Column("epoch", Integer, nullable=False),
    )
    Table(
        "replica",
        metadata,
        Column("id", Text, primary_key=True),
        Column("seen_at", DateTime(timezone=True), nullable=False),
    )


add_lease_tables(_METADATA)
LEASE: Final = _METADATA.tables["lease"]
REPLICA: Final = _METADATA.tables["replica"]


def create_lease_tables() -> None:
    """For a service's migration."""
    for table in (LEASE, REPLICA):
        op.create_table(table.name, *(column._copy() for column in table.columns))  # noqa: SLF001 - SQLAlchemy's own way


def drop_lease_tables() -> None:
    """The way back."""
    for table in (REPLICA, LEASE):
        op.drop_table(table.name)
