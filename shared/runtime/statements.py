"""SQL statements that read the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Executable, Table
from sqlalchemy.dialects import postgresql

T = TypeVar("T")
_PORTION: Final = 1_000


def portions(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items, a thousand at a time: a statement has room for some thirty thousand parameters."""
    for start in range(0, len(items), _PORTION):
        yield items[start : start + _PORTION]


def upsert(
    connection: Connection,
    table: Table,
    rows: Sequence[dict[str, Any]],
    keys: Sequence[str],
    *,
    newer: str | None = None,
) -> None:
    """INSERT rows that all have the same columns; where the keys are taken the other columns are updated.

    Args:
        newer: update only where this column is greater in the new row.
    """
    if rows:
        connection.execute(_upsert_of(table, tuple(rows[0]), tuple(keys), newer), list(rows))


@cache
def _upsert_of(table: Table, columns: tuple[str, ...], keys: tuple[str, ...], newer: str | None) -> Executable:
    # PostgreSQL's clause compiles for SQLite too: both say ON CONFLICT (..) DO UPDATE SET x = excluded.x.
    statement = postgresql.insert(table)
    changed = [name for name in columns if name not in keys]
    if not changed:
        return statement.on_conflict_do_nothing(index_elements=list(keys))
    return statement.on_conflict_do_update(
        index_elements=list(keys),
        set_={name: statement.excluded[name] for name in changed},
        where=None if newer is None else statement.excluded[newer] > table.c[newer],
    )
