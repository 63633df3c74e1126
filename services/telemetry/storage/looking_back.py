"""Single observations that an indicator asks for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, select

from services.telemetry.domain.days import Series
from services.telemetry.storage.tables import LATEST, OBSERVATION
from shared.model.observations import Quality
from shared.runtime.database import Transaction

_SEEN: Final = OBSERVATION.c

Seen = tuple[datetime, float]
"""When, and what."""


class LookingBack:
    """What was observed, as one transaction sees it; only values that are believed."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def latest(self, points: Collection[str] | None) -> dict[Series, Seen | None]:
        """By series of some points or of all, the newest observation; None if that is not believed."""
        query = select(LATEST)
        if points is not None:
            query = query.where(LATEST.c.point.in_(points))
        good = Quality.GOOD.value
        return {
            (row.point, row.property): (row.time, row.value) if row.quality == good else None
            for row in self._connection.execute(query)
        }

    def nearest(self, series: Series, moment: datetime, within: timedelta) -> Seen | None:
        """The observation that is nearest to a moment; None if none is as near as ``within``."""
        query = _of(series).where(_SEEN.time >= moment - within, _SEEN.time <= moment + within)
        found = [(row.time, row.value) for row in self._connection.execute(query)]
        return min(found, key=lambda seen: abs(seen[0] - moment), default=None)

    def reached_since(self, series: Series, threshold: float) -> datetime | None:
        """Since when every observation has reached the threshold; None if the newest doesn't."""
        below = self._connection.execute(
            _of(series).where(_SEEN.value < threshold).order_by(_SEEN.time.desc()).limit(1)
        ).first()
        after = _of(series) if below is None else _of(series).where(_SEEN.time > below.time)
        first = self._connection.execute(after.order_by(_SEEN.time).limit(1)).first()
        return None if first is None else first.time


def _of(series: Series) -> Select[Any]:
    point, name = series
    return select(_SEEN.time, _SEEN.value).where(
        _SEEN.point == point, _SEEN.property == name, _SEEN.quality == Quality.GOOD.value
    )
