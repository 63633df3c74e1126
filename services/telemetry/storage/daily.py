"""Daily values, how far days are closed, and which closed days something came later for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import and_, bindparam, delete, select, tuple_

from services.telemetry.domain.days import DailyValue, Series, SeriesDay
from services.telemetry.storage.tables import CLOSING, DAILY_VALUE, DIRTY_DAY, OBSERVATION
from shared.runtime.database import Transaction
from shared.runtime.statements import portions, upsert

_KEY: Final = tuple_(DAILY_VALUE.c.point, DAILY_VALUE.c.property, DAILY_VALUE.c.day)
_DIRTY_KEY: Final = tuple_(DIRTY_DAY.c.point, DIRTY_DAY.c.property, DIRTY_DAY.c.day)


class Days:
    """The days of all series, as one transaction sees them."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def note(self, days: Iterable[SeriesDay], now: datetime) -> None:
        """Closed days that have changed; who works them out waits for the present transaction."""
        rows = [{"point": point, "property": name, "day": day, "noted_at": now} for point, name, day in sorted(days)]
        # An update where a row is there already, not nothing: else it could be taken as done while this one goes on.
        for some in portions(rows):
            upsert(self._connection, DIRTY_DAY, some, ["point", "property", "day"])

    def noted(self, most: int) -> list[SeriesDay]:
        """Some of the noted days, in order; nobody else notes these until this transaction ends.

        What another is noting now is passed over. Who waits for several rows while others do must take them in their
        order; the database has another one than we.
        """
        key = DIRTY_DAY.c.point, DIRTY_DAY.c.property, DIRTY_DAY.c.day
        query = select(*key).order_by(*key).limit(most).with_for_update(skip_locked=True)
        found = self._connection.execute(query)
        return [(point, name, day) for point, name, day in found]

    def done(self, days: Sequence[SeriesDay]) -> None:
        """They are no longer noted. Before they are worked out: what is noted meanwhile is noted anew."""
        for some in portions(days):
            self._connection.execute(delete(DIRTY_DAY).where(_DIRTY_KEY.in_(some)))

    def any_noted(self) -> bool:
        """Whether there is a noted day."""
        return self._connection.scalar(select(DIRTY_DAY.c.point).limit(1)) is not None

    def open_days(self) -> dict[Series, date]:
        """By series, the first day that was not closed yet."""
        return {(row.point, row.property): row.open_day for row in self._connection.execute(select(CLOSING))}

    def close(self, open_days: Mapping[Series, date]) -> None:
        """Note up to which day they are closed."""
        rows = [{"point": point, "property": name, "open_day": day} for (point, name), day in sorted(open_days.items())]
        for some in portions(rows):
            upsert(self._connection, CLOSING, some, ["point", "property"])

    def first_observed(self, series: Series) -> datetime | None:
        """When its first observation was."""
        seen = OBSERVATION.c
        point, name = series
        query = select(seen.time).where(and_(seen.point == point, seen.property == name)).order_by(seen.time).limit(1)
        return self._connection.scalar(query)

    def save(self, values: Mapping[SeriesDay, DailyValue | None]) -> None:
        """Keep the values; None: of that day nothing is left that is believed."""
        gone = sorted(key for key, value in values.items() if value is None)
        for some in portions(gone):
            self._connection.execute(
                delete(DAILY_VALUE).where(_KEY.in_(bindparam("keys", expanding=True))), {"keys": some}
            )
        rows = [
            _row(key, value) for key, value in sorted(values.items(), key=lambda item: item[0]) if value is not None
        ]
        for some_rows in portions(rows):
            upsert(self._connection, DAILY_VALUE, some_rows, ["point", "property", "day"])

    def values(self, points: Sequence[str], name: str, first: date, after: date) -> dict[str, dict[date, DailyValue]]:
        """By point and day, from the first day until the one before ``after``."""
        table = DAILY_VALUE.c
        query = select(DAILY_VALUE).where(
            table.point.in_(points), table.property == name, table.day >= first, table.day < after
        )
        found: dict[str, dict[date, DailyValue]] = {point: {} for point in points}
        for row in self._connection.execute(query.order_by(table.point, table.day)).mappings():
            found[row["point"]][row["day"]] = DailyValue(**{key: row[key] for key in DailyValue.__struct_fields__})
        return found


def _row(key: SeriesDay, value: DailyValue) -> dict[str, Any]:
    point, name, day = key
    figures = {field: getattr(value, field) for field in DailyValue.__struct_fields__}
    return {"point": point, "property": name, "day": day, **figures}
