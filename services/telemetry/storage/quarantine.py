"""Values that contradict stored ones: kept aside until someone decides, and afterwards with what was decided."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import RowMapping, Select, and_, select, update
from sqlalchemy.dialects import postgresql

from services.telemetry.domain.claim import Conflict
from services.telemetry.domain.comparing import Key, key_of
from services.telemetry.domain.disputed import Disputed, Verdict
from services.telemetry.storage.tables import QUARANTINE
from shared.model.observations import Quality
from shared.runtime.database import Transaction

_ROW: Final = QUARANTINE.c
_OFFERED: Final = postgresql.insert(QUARANTINE)
# What was released and contradicts again is no longer what is stored. SQLite understands it as well.
_PUT_ASIDE: Final = _OFFERED.on_conflict_do_update(
    index_elements=["point", "property", "time", "value"],
    set_={
        **{name: _OFFERED.excluded[name] for name in ("stored_value", "received_at", "trace")},
        "verdict": None,
        "settled_at": None,
    },
    where=_ROW.verdict == Verdict.RELEASED.value,
)


class Quarantine:
    """The values in quarantine, as one transaction sees them."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def put_aside(self, conflicts: Sequence[Conflict], received_at: datetime) -> None:
        """Keep contradictory values aside, each once; what was discarded stays discarded."""
        rows = {
            (*key_of(item.observation), item.observation.value): _put_aside(item, received_at) for item in conflicts
        }
        if rows:
            # In order, as everything that two replicas may write at the same moment.
            self._connection.execute(_PUT_ASIDE, [rows[key] for key in sorted(rows)])

    def waiting(self, points: Sequence[str] | None, most: int) -> list[Disputed]:
        """What nobody has decided of, of some points or of all, newest first."""
        query = select(QUARANTINE).where(_ROW.verdict.is_(None)).order_by(_ROW.id.desc()).limit(most)
        return self._read(query if points is None else query.where(_ROW.point.in_(points)))

    def of_ids(self, ids: Collection[int]) -> list[Disputed]:
        """Those that are there, whatever was decided."""
        return self._read(select(QUARANTINE).where(_ROW.id.in_(sorted(ids))).order_by(_ROW.id))

    def of_moment(self, key: Key) -> list[Disputed]:
        """All that was offered for a moment of a series, whatever was decided, newest first."""
        return self._read(select(QUARANTINE).where(_is_of(key)).order_by(_ROW.id.desc()))

    def _read(self, query: Select[Any]) -> list[Disputed]:
        return [_disputed(row) for row in self._connection.execute(query).mappings()]

    def settle(self, items: Collection[Disputed], verdict: Verdict, now: datetime) -> None:
        """Note what was decided."""
        for item in sorted(items, key=lambda item: (*item.key, item.value)):
            decided = update(QUARANTINE).where(_ROW.id == item.id).values(verdict=verdict.value, settled_at=now)
            self._connection.execute(decided)
            if verdict is Verdict.RELEASED:
                others = and_(_is_of(item.key), _ROW.verdict.is_(None))
                self._connection.execute(update(QUARANTINE).where(others).values(stored_value=item.value))


def _is_of(key: Key) -> Any:
    point, name, time = key
    return and_(_ROW.point == point, _ROW.property == name, _ROW.time == time)


def _disputed(row: RowMapping) -> Disputed:
    found = {"name" if column == "property" else column: value for column, value in row.items()}
    for name, kind in (("quality", Quality), ("verdict", Verdict)):
        found[name] = None if found[name] is None else kind(found[name])
    return Disputed(**found)


def _put_aside(conflict: Conflict, received_at: datetime) -> dict[str, Any]:
    observation = conflict.observation
    return {
        "point": observation.point,
        "property": observation.property,
        "time": observation.time,
        "value": observation.value,
        "stored_value": conflict.stored_value,
        "unit": observation.unit,
        "received_at": received_at,
        "trace": observation.trace,
        # Of a counter it is the difference that is judged.
        "quality": observation.quality.value if conflict.path is None else None,
        "device": conflict.device,
        "path": conflict.path,
    }
