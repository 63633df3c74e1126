"""On PostgreSQL replicas write side by side: the key decides whose observation is stored.

COPY brings the observations into a table of this connection alone; one statement then inserts those whose key is free
and tells which are not. It waits for a transaction that is about to store the same key. All transactions take rows in
the order of their keys, observations before latest values, so no two of them wait for each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from services.telemetry.domain.comparing import Key
from shared.model.observations import Observation

# Emptied too: one transaction may add twice.
_PREPARE: Final = """
    CREATE TEMPORARY TABLE IF NOT EXISTS incoming (
        n integer, point text, property text, time timestamptz, value float8, unit text, quality text, trace text
    ) ON COMMIT DELETE ROWS;
    DELETE FROM incoming
"""
_COPY: Final = "COPY incoming FROM STDIN (FORMAT binary)"
_TYPES: Final = ("int4", "text", "text", "timestamptz", "float8", "text", "text", "text")
_INSERT: Final = """
    WITH inserted AS (
        INSERT INTO observation (point, property, time, value, unit, quality, received_at, trace)
        SELECT point, property, time, value, unit, quality, %s, trace FROM incoming ORDER BY n
        ON CONFLICT DO NOTHING
        RETURNING point, property, time
    )
    SELECT n FROM incoming LEFT JOIN inserted USING (point, property, time) WHERE inserted.point IS NULL
"""
# An observation that was not inserted has one of its time beside it, so it is never newer than the latest.
_KEEP_LATEST: Final = """
    INSERT INTO latest (point, property, time, value, unit, quality)
    SELECT DISTINCT ON (point, property) point, property, time, value, unit, quality FROM incoming
    ORDER BY point, property, time DESC
    ON CONFLICT (point, property) DO UPDATE
    SET time = excluded.time, value = excluded.value, unit = excluded.unit, quality = excluded.quality
    WHERE excluded.time > latest.time
"""
# LATERAL keeps the planner, which knows nothing of a temporary table, from reading all observations.
_STORED_VALUES: Final = """
    SELECT n, stored.value FROM incoming, LATERAL (
        SELECT value FROM observation
        WHERE (point, property, time) = (incoming.point, incoming.property, incoming.time) LIMIT 1
    ) AS stored
    WHERE n = ANY(%s)
"""


def add(connection: Connection, observations: Mapping[Key, Observation], received_at: datetime) -> dict[Key, float]:
    """See ``Adding``."""
    if not observations:
        return {}
    keys = sorted(observations)
    connection.exec_driver_sql(_PREPARE)
    _copy(connection, [observations[key] for key in keys])
    taken = list(connection.exec_driver_sql(_INSERT, (received_at,)).scalars())
    connection.exec_driver_sql(_KEEP_LATEST)
    if not taken:
        return {}
    return {keys[n]: value for n, value in connection.exec_driver_sql(_STORED_VALUES, (taken,))}


def _copy(connection: Connection, observations: Sequence[Observation]) -> None:
    try:
        with _driver(connection).cursor() as cursor, cursor.copy(_COPY) as copy:
            copy.set_types(_TYPES)
            for n, item in enumerate(observations):
                copy.write_row(
                    (n, item.point, item.property, item.time, item.value, item.unit, item.quality.value, item.trace)
                )
    except psycopg.Error as error:
        # Only SQLAlchemy's errors say, to who tries again, that the database is away.
        raise DBAPIError.instance(_COPY, None, error, psycopg.Error, True, dialect=connection.dialect) from error


def _driver(connection: Connection) -> psycopg.Connection[tuple[object, ...]]:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)  # noqa: S101 - this file is for no other
    return driver
