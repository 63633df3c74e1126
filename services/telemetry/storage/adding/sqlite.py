"""On SQLite one transaction runs at a time, so what was read stays true until it is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, tuple_

from services.telemetry.domain.comparing import Key
from services.telemetry.storage.tables import LATEST, OBSERVATION
from shared.model.observations import Observation
from shared.runtime.statements import portions, upsert

_STORED_VALUES: Final = select(
    OBSERVATION.c.point, OBSERVATION.c.property, OBSERVATION.c.time, OBSERVATION.c.value
).where(tuple_(OBSERVATION.c.point, OBSERVATION.c.property, OBSERVATION.c.time).in_(bindparam("keys", expanding=True)))


def add(connection: Connection, observations: Mapping[Key, Observation], received_at: datetime) -> dict[Key, float]:
    """See ``Adding``."""
    stored = _stored_values(connection, list(observations))
    new = [observation for key, observation in observations.items() if key not in stored]
    if new:
        rows = [{**_shown(item), "received_at": received_at, "trace": item.trace} for item in new]
        connection.execute(insert(OBSERVATION), rows)
        _keep_latest(connection, new)
    return stored


def _stored_values(connection: Connection, keys: Sequence[Key]) -> dict[Key, float]:
    stored: dict[Key, float] = {}
    for some in portions(keys):
        for row in connection.execute(_STORED_VALUES, {"keys": some}):
            stored[row.point, row.property, row.time] = row.value
    return stored


def _keep_latest(connection: Connection, observations: Iterable[Observation]) -> None:
    newest: dict[tuple[str, str], Observation] = {}
    for item in observations:
        series = (item.point, item.property)
        if series not in newest or item.time > newest[series].time:
            newest[series] = item
    for items in portions(list(newest.values())):
        upsert(connection, LATEST, [_shown(item) for item in items], ["point", "property"], newer="time")


def _shown(observation: Observation) -> dict[str, Any]:
    return {
        "point": observation.point,
        "property": observation.property,
        "time": observation.time,
        "value": observation.value,
        "unit": observation.unit,
        "quality": observation.quality.value,
    }
