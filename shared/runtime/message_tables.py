"""The tables that every service has: outbox, inbox, parked messages, audit, copy of the registry; and their types."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import BigInteger, Column, DateTime, Float, Index, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from shared.civil_time import require_aware

RowId: Final = BigInteger().with_variant(Integer, "sqlite")
"""An integer primary key that counts by itself on both databases."""

_NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

_UTC: Final = "+00:00"


class Utc(TypeDecorator[datetime]):
    """An aware datetime, stored and given back in UTC; SQLite alone would give it back naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    # Whole processors, not a step before SQLAlchemy's own: a tick reads and writes them by the ten thousand.
    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        return _text_of if dialect.name == "sqlite" else _moment_of

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        return _read_text if dialect.name == "sqlite" else _read_moment


def _text_of(value: datetime | None) -> str | None:
    """As SQLAlchemy writes a naive one: without the offset, which is always the same."""
    if value is None:
        return None
    return _utc_text(value) if value.tzinfo is UTC else _utc_text(require_aware(value))


# Rows by the thousand have the moment of one tick in several columns each.
@lru_cache(maxsize=1024)
def _utc_text(value: datetime) -> str:
    return value.isoformat(" ", "microseconds").removesuffix(_UTC)


@lru_cache(maxsize=1024)
def _read_text(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text + _UTC)


def _moment_of(value: datetime | None) -> datetime | None:
    return None if value is None else require_aware(value)


def _read_moment(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


def service_metadata() -> MetaData:
    """A MetaData with the tables that every service has: outbox, inbox, parked, audit, registry copy."""
    metadata = MetaData(naming_convention=_NAMING)
    Table(
        "outbox",
        metadata,
        Column("id", RowId, primary_key=True),
        Column("event_id", Text, nullable=False, unique=True),
        Column("event", Text, nullable=False),
        Column("routing_key", Text, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("created", Float, nullable=False),
        Column("sent", Float),
        Index(None, "sent", "id"),
    )
    Table("inbox", metadata, Column("event_id", Text, primary_key=True), Column("handled", Float, nullable=False))
    Table(
        "parked",
        metadata,
        Column("event_id", Text, primary_key=True),
        Column("queue", Text, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("reason", Text, nullable=False),
        Column("parked", Float, nullable=False),
    )
    Table(
        "audit",
        metadata,
        Column("id", RowId, primary_key=True),
        Column("at", Utc, nullable=False),
        Column("actor", Text, nullable=False),
        Column("act", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("detail", Text, nullable=False),
    )
    Table(
        "registry_copy",
        metadata,
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("revision", Integer, nullable=False),
        Column("inventory", LargeBinary, nullable=False),
    )
    return metadata


MESSAGE_TABLES: Final = service_metadata()
OUTBOX: Final = MESSAGE_TABLES.tables["outbox"]
INBOX: Final = MESSAGE_TABLES.tables["inbox"]
PARKED: Final = MESSAGE_TABLES.tables["parked"]
AUDIT: Final = MESSAGE_TABLES.tables["audit"]
