"""On PostgreSQL, observations lie in a partition for each month (UTC); one is made when its first observation comes.

Whatever has no month of its own lies in the default partition, and is found there as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from shared.runtime.database import Database

Month = tuple[int, int]

_FIRST_YEAR: Final = 2000
_MOST_AT_ONCE: Final = 24
"""A sensor whose clock runs wild makes no thousand tables."""

_ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.observation'))"


class Partitions:
    """Remembers which months have their partition. Nothing has to be made on SQLite."""

    def __init__(self) -> None:
        self._there: set[Month] = set()

    def make_room(self, database: Database, times: Iterable[datetime]) -> None:
        """Make the partitions that observations of these times (UTC) need, in a transaction of its own.

        Must not be called within a transaction that has touched observations: making a partition waits for it.

        Raises:
            sqlalchemy.exc.OperationalError: observations are in use for longer than anyone should wait.
        """
        if database.engine.dialect.name != "postgresql":
            return
        missing = {(time.year, time.month) for time in times} - self._there
        wanted = sorted(month for month in missing if month[0] >= _FIRST_YEAR)[-_MOST_AT_ONCE:]
        if wanted:
            with database.transaction() as transaction:
                _make(transaction.connection, wanted)
            self._there.update(wanted)


def _make(connection: Connection, months: Iterable[Month]) -> None:
    # Two replicas that make the same table at once would fail, in spite of IF NOT EXISTS.
    connection.exec_driver_sql(_ONE_AT_A_TIME)
    # Who waits for the whole table holds up whoever comes next; the caller tries again.
    connection.exec_driver_sql("SET LOCAL lock_timeout = '2s'")
    for month in months:
        try:
            with connection.begin_nested():
                connection.exec_driver_sql(_partition(month))
        except IntegrityError:
            # Observations of that month lie in the default partition already; the others join them there.
            continue


def _partition(month: Month) -> str:
    year, number = month
    following = (year + number // 12, number % 12 + 1)
    return (
        f"CREATE TABLE IF NOT EXISTS observation_y{year:04}m{number:02} PARTITION OF observation"
        f" FOR VALUES FROM ('{_first_day(month)}') TO ('{_first_day(following)}')"
    )


def _first_day(month: Month) -> str:
    return f"{month[0]:04}-{month[1]:02}-01 00:00:00+00"
