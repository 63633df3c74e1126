"""What each luminaire used, night by night and tariff by tariff; groups are summed when they are read.

A luminaire may belong to several groups: kept by luminaire, the city's total counts it once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from functools import cache
from typing import Any, Final

from sqlalchemy import Executable, delete, func, select
from sqlalchemy.dialects import postgresql

from services.lighting_controller.domain.energy.energy import Slot, Use
from services.lighting_controller.storage.tables import ENERGY_NIGHT, MEMBER
from shared.runtime.database import Transaction

_FIGURES: Final = tuple(item.name for item in fields(Use))
_SUMS: Final = tuple(func.sum(ENERGY_NIGHT.c[name]).label(name) for name in _FIGURES)
_OWN: Final = (ENERGY_NIGHT.c.night, ENERGY_NIGHT.c.tariff)


class EnergyNights:
    """What was used, as one transaction sees it."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def add(self, uses: Mapping[str, Mapping[Slot, Use]]) -> None:
        """Add what luminaires used."""
        rows = [
            {"luminaire": luminaire, "night": slot.night, "tariff": slot.tariff, **_figures(use)}
            for luminaire, slots in uses.items()
            for slot, use in slots.items()
        ]
        if rows:
            self._connection.execute(_adding(), rows)

    def of_city(self, first: date, last: date) -> dict[Slot, Use]:
        """What all luminaires used together in some nights."""
        query = select(*_OWN, *_SUMS).where(ENERGY_NIGHT.c.night.between(first, last)).group_by(*_OWN).order_by(*_OWN)
        return {Slot(row.night, row.tariff): _use(row) for row in self._connection.execute(query)}

    def of_groups(self, first: date, last: date, group: str | None = None) -> dict[str, dict[Slot, Use]]:
        """What the luminaires of each group, as it is now, used in some nights; of one group or of all."""
        source = ENERGY_NIGHT.join(MEMBER, MEMBER.c.luminaire == ENERGY_NIGHT.c.luminaire)
        query = select(MEMBER.c.group, *_OWN, *_SUMS).select_from(source)
        query = query.where(ENERGY_NIGHT.c.night.between(first, last)).group_by(MEMBER.c.group, *_OWN)
        query = query.order_by(MEMBER.c.group, *_OWN)
        found: dict[str, dict[Slot, Use]] = {}
        for row in self._connection.execute(query if group is None else query.where(MEMBER.c.group == group)):
            found.setdefault(row.group, {})[Slot(row.night, row.tariff)] = _use(row)
        return found

    def forget_before(self, night: date) -> None:
        """Let go of older nights."""
        self._connection.execute(delete(ENERGY_NIGHT).where(ENERGY_NIGHT.c.night < night))


@cache
def _adding() -> Executable:
    # PostgreSQL's clause compiles for SQLite too, as in shared.runtime.statements.
    statement = postgresql.insert(ENERGY_NIGHT)
    sums = {name: ENERGY_NIGHT.c[name] + statement.excluded[name] for name in _FIGURES}
    return statement.on_conflict_do_update(index_elements=["luminaire", "night", "tariff"], set_=sums)


def _figures(use: Use) -> dict[str, Any]:
    return {name: getattr(use, name) for name in _FIGURES}


def _use(row: Any) -> Use:
    return Use(**{name: getattr(row, name) for name in _FIGURES})
