"""What changed about each luminaire, kept for some weeks: nights are drawn from it, and energy is counted from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select

from services.lighting_controller.domain.energy.level_change import LevelChange, What
from services.lighting_controller.domain.fault import Fault
from services.lighting_controller.storage.tables import LEVEL_CHANGE, METER
from shared.runtime.database import Transaction
from shared.runtime.statements import portions


class LevelChanges:
    """The changes, as one transaction sees them."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def note(self, changes: Iterable[LevelChange]) -> None:
        """Keep them. Whoever notes changes of a luminaire has locked its row: ids grow in the order of commits."""
        rows = [_row(change) for change in changes]
        if rows:
            self._connection.execute(insert(LEVEL_CHANGE), rows)

    def uncounted(self, luminaires: Sequence[str]) -> dict[str, list[LevelChange]]:
        """Those that the meters of some luminaires have not taken into account, by luminaire, in order."""
        own, seen = LEVEL_CHANGE.c.luminaire, func.coalesce(METER.c.seen, 0)
        source = LEVEL_CHANGE.outerjoin(METER, METER.c.luminaire == own)
        query = select(LEVEL_CHANGE).select_from(source).where(LEVEL_CHANGE.c.id > seen)
        return self._by_luminaire(query, luminaires)

    def between(self, luminaires: Sequence[str], since: datetime, until: datetime) -> dict[str, list[LevelChange]]:
        """Those of a while, its begin excluded, by luminaire, in order."""
        query = select(LEVEL_CHANGE).where(LEVEL_CHANGE.c.at > since, LEVEL_CHANGE.c.at <= until)
        return self._by_luminaire(query, luminaires)

    def before(self, luminaires: Sequence[str], moment: datetime) -> dict[str, list[LevelChange]]:
        """The last of each sort until a moment, by luminaire."""
        last = select(func.max(LEVEL_CHANGE.c.id)).where(LEVEL_CHANGE.c.at <= moment)
        return self._of_ids(last.group_by(LEVEL_CHANGE.c.luminaire, LEVEL_CHANGE.c.what), luminaires)

    def next_lights(self, luminaires: Sequence[str], moment: datetime) -> dict[str, list[LevelChange]]:
        """What each said of its light first after a moment: that tells until when its word before it held."""
        first = select(func.min(LEVEL_CHANGE.c.id)).where(LEVEL_CHANGE.c.at > moment)
        first = first.where(LEVEL_CHANGE.c.what == What.LIGHT.value).group_by(LEVEL_CHANGE.c.luminaire)
        return self._of_ids(first, luminaires)

    def forget_power(self, luminaires: Sequence[str]) -> None:
        """Let go of those that told nothing but watts, once they are counted: meters report each minute."""
        seen = select(METER.c.seen).where(METER.c.luminaire == LEVEL_CHANGE.c.luminaire).scalar_subquery()
        for some in portions(luminaires):
            own = LEVEL_CHANGE.c.luminaire.in_(some)
            self._connection.execute(
                delete(LEVEL_CHANGE).where(own, LEVEL_CHANGE.c.power_only, LEVEL_CHANGE.c.id <= seen)
            )

    def forget_before(self, moment: datetime) -> None:
        """Let go of all that is older."""
        self._connection.execute(delete(LEVEL_CHANGE).where(LEVEL_CHANGE.c.at < moment))

    def _of_ids(self, ids: Any, luminaires: Sequence[str]) -> dict[str, list[LevelChange]]:
        found: dict[str, list[LevelChange]] = defaultdict(list)
        for some in portions(luminaires):
            query = select(LEVEL_CHANGE).where(LEVEL_CHANGE.c.id.in_(ids.where(LEVEL_CHANGE.c.luminaire.in_(some))))
            for row in self._connection.execute(query.order_by(LEVEL_CHANGE.c.id)):
                found[row.luminaire].append(_change(row))
        return found

    def _by_luminaire(self, query: Any, luminaires: Sequence[str]) -> dict[str, list[LevelChange]]:
        found: dict[str, list[LevelChange]] = defaultdict(list)
        for some in portions(luminaires):
            own = query.where(LEVEL_CHANGE.c.luminaire.in_(some)).order_by(LEVEL_CHANGE.c.id)
            for row in self._connection.execute(own):
                found[row.luminaire].append(_change(row))
        return found


def _row(change: LevelChange) -> dict[str, object]:
    return {
        "luminaire": change.luminaire,
        "what": change.what.value,
        "at": change.at,
        "level": change.level,
        "power_w": change.power_w,
        "source": change.source,
        "by": change.by,
        "fault": change.fault and change.fault.value,
        "heard_until": change.heard_until,
        "power_only": change.power_only,
    }


def _change(row: Any) -> LevelChange:
    return LevelChange(
        luminaire=row.luminaire,
        what=What(row.what),
        at=row.at,
        level=row.level,
        power_w=row.power_w,
        source=row.source,
        by=row.by,
        fault=row.fault and Fault(row.fault),
        heard_until=row.heard_until,
        power_only=row.power_only,
        id=row.id,
    )
