"""What is wrong with luminaires, what is suspected, and what was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, func, or_, select

from services.lighting_controller.domain.fault import Fault, Finding
from services.lighting_controller.domain.luminaire import Luminaire
from services.lighting_controller.storage.tables import FINDING
from shared.runtime.database import Transaction
from shared.runtime.statements import portions, upsert

_ORDER: Final = {fault.value: place for place, fault in enumerate(Fault)}
_STANDS: Final = (FINDING.c.since.is_not(None), FINDING.c.ended_at.is_(None))

_FORGET: Final = delete(FINDING).where(
    FINDING.c.luminaire == bindparam("of"),
    FINDING.c.fault == bindparam("what"),
    FINDING.c.noticed_at == bindparam("when"),
)


class Findings:
    """The findings, as one transaction sees them."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def open(self, luminaires: Select[Any] | None = None) -> dict[str, tuple[Finding, ...]]:
        """Those that have not ended, by luminaire: of some, as a question for their ids, or of all."""
        query = select(FINDING).where(FINDING.c.ended_at.is_(None))
        found = defaultdict[str, list[Any]](list)
        for row in self._connection.execute(query if luminaires is None else _of(query, luminaires)):
            found[row.luminaire].append(row)
        return {
            luminaire: tuple(_finding(row) for row in sorted(rows, key=lambda row: _ORDER[row.fault]))
            for luminaire, rows in found.items()
        }

    def save(self, luminaires: Iterable[tuple[Luminaire, Luminaire]]) -> None:
        """Store the findings of luminaires, as each was and is; a suspicion that came to nothing is forgotten."""
        rows: list[dict[str, object]] = []
        idle: list[dict[str, object]] = []
        for before, after in luminaires:
            if before.findings == after.findings:
                continue
            rows += [_row(after.id, item) for item in after.findings if item not in before.findings]
            kept = {(item.fault, item.noticed_at) for item in after.findings}
            idle += [_key(after.id, item) for item in before.findings if (item.fault, item.noticed_at) not in kept]
        if idle:
            self._connection.execute(_FORGET, idle)
        for some in portions(rows):
            upsert(self._connection, FINDING, some, ["luminaire", "fault", "noticed_at"])

    def forget(self, luminaires: Collection[str]) -> None:
        """These are no luminaires any more; what ended of them stays."""
        open_ = FINDING.c.ended_at.is_(None)
        self._connection.execute(delete(FINDING).where(open_, FINDING.c.luminaire.in_(luminaires)))

    def forget_ended(self, moment: datetime) -> None:
        """Let go of those that ended before a moment."""
        self._connection.execute(delete(FINDING).where(FINDING.c.ended_at < moment))

    def counts(self) -> dict[Fault, int]:
        """How many luminaires have each fault now."""
        query = select(FINDING.c.fault, func.count()).where(*_STANDS).group_by(FINDING.c.fault)
        return {Fault(name): number for name, number in self._connection.execute(query)}

    def luminaires_with(self, fault: Fault) -> list[str]:
        """Which have it now."""
        return list(
            self._connection.scalars(select(FINDING.c.luminaire).where(*_STANDS, FINDING.c.fault == fault.value))
        )

    def standing(self, ended_since: datetime | None) -> list[tuple[str, Finding]]:
        """The faults that stand, and those that ended at that moment or later, by luminaire."""
        condition: ColumnElement[bool] = and_(*_STANDS)
        if ended_since is not None:
            condition = or_(condition, and_(FINDING.c.since.is_not(None), FINDING.c.ended_at >= ended_since))
        query = select(FINDING).where(condition).order_by(FINDING.c.luminaire, FINDING.c.since, FINDING.c.fault)
        return [(row.luminaire, _finding(row)) for row in self._connection.execute(query)]


def _of(query: Select[Any], luminaires: Select[Any]) -> Select[Any]:
    return query.where(FINDING.c.luminaire.in_(luminaires))


def _key(luminaire: str, item: Finding) -> dict[str, object]:
    return {"of": luminaire, "what": item.fault.value, "when": item.noticed_at}


def _row(luminaire: str, item: Finding) -> dict[str, object]:
    return {
        "luminaire": luminaire,
        "fault": item.fault.value,
        "noticed_at": item.noticed_at,
        "since": item.since,
        "well_since": item.well_since,
        "ended_at": item.ended_at,
        "tries": item.tries,
        "level": item.level,
    }


def _finding(row: Any) -> Finding:
    return Finding(Fault(row.fault), row.noticed_at, row.since, row.well_since, row.ended_at, row.tries, row.level)
