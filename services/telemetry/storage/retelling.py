"""Stored observations as they are told again, of whatever quality; never what is in quarantine."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, bindparam, func, select

from services.telemetry.domain.days import Series
from services.telemetry.storage.tables import OBSERVATION
from shared.model.history import SeriesWanted
from shared.model.observations import Observation, Quality
from shared.runtime.database import Transaction

_SEEN: Final = OBSERVATION.c
_TIMES: Final = select(_SEEN.time).where(
    _SEEN.point == bindparam("of_point"), _SEEN.property == bindparam("of_property")
)
_NEWEST: Final = _TIMES.where(_SEEN.time <= bindparam("now")).order_by(_SEEN.time.desc()).limit(bindparam("samples"))
_BEGINNING: Final = select(
    _TIMES.where(_SEEN.time <= bindparam("since"))
    .order_by(_SEEN.time.desc())
    .limit(1)
    .scalar_subquery()
    .label("valid"),
    select(func.min(_NEWEST.subquery().c.time)).scalar_subquery().label("newest"),
)
_FROM: Final = (
    select(OBSERVATION)
    .where(_SEEN.point == bindparam("of_point"), _SEEN.property == bindparam("of_property"))
    .order_by(_SEEN.time)
    .limit(bindparam("most"))
)
_SINCE: Final = _FROM.where(_SEEN.time >= bindparam("moment"))
_AFTER: Final = _FROM.where(_SEEN.time > bindparam("moment"))


class Retelling:
    """The observations, as one transaction sees them."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def beginning(self, wanted: SeriesWanted, now: datetime) -> datetime:
        """From when on everything has to be told for the wish to be fulfilled."""
        asked = {
            "of_point": wanted.point,
            "of_property": wanted.property,
            "since": wanted.since,
            "now": now,
            "samples": wanted.samples,
        }
        valid, newest = self._connection.execute(_BEGINNING, asked).one()
        return min(moment for moment in (wanted.since, valid, newest) if moment is not None)

    def since(self, series: Series, moment: datetime, most: int) -> list[Observation]:
        """The oldest ``most`` of a series from a moment on, all of them late."""
        return self._told(_SINCE, series, moment, most)

    def after(self, series: Series, moment: datetime, most: int) -> list[Observation]:
        """The oldest ``most`` of a series after a moment, all of them late."""
        return self._told(_AFTER, series, moment, most)

    def _told(self, query: Select[Any], series: Series, moment: datetime, most: int) -> list[Observation]:
        asked = {"of_point": series[0], "of_property": series[1], "moment": moment, "most": most}
        return [
            Observation(
                point=row.point,
                property=row.property,
                time=row.time,
                value=row.value,
                unit=row.unit,
                quality=Quality(row.quality),
                late=True,
                trace=row.trace,
            )
            for row in self._connection.execute(query, asked)
        ]
