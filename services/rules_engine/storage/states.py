"""Alert states and the transitions that they made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import bindparam, delete, func, select, tuple_

from services.rules_engine.domain.alert import AlertState, Phase
from services.rules_engine.storage.tables import ALERT_STATE, TRANSITION
from shared.model.alerts import AlertChanged
from shared.model.message import decode, encode
from shared.runtime.database import Transaction
from shared.runtime.statements import portions, upsert

Key = tuple[str, str]
"""Rule and point: there is one alert state for each."""

# Said once: building a statement takes longer than running it.
_LOAD: Final = select(ALERT_STATE).where(
    tuple_(ALERT_STATE.c.rule, ALERT_STATE.c.point).in_(bindparam("keys", expanding=True))
)
_NEXT_DUE: Final = (
    select(ALERT_STATE.c.due_at).where(ALERT_STATE.c.due_at.is_not(None)).order_by(ALERT_STATE.c.due_at).limit(1)
)


@dataclass(frozen=True)
class Kept:
    """A state as it is stored.

    Attributes:
        fingerprint: of the rule which made it.
        trace: of the observation which was decided last.
        told: what the notifier was told when it fired; None while it doesn't fire. An alert whose rule is gone is
            resolved with these words.
    """

    state: AlertState
    fingerprint: str
    trace: str = ""
    told: AlertChanged | None = None


class States:
    """The alert states, as one transaction sees them."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def load(self, keys: Iterable[Key]) -> dict[Key, Kept]:
        """The stored states among those asked for."""
        found: dict[Key, Kept] = {}
        for some in portions(sorted(set(keys))):
            found.update(_kept(row) for row in self._connection.execute(_LOAD, {"keys": some}))
        return found

    def all(self) -> dict[Key, Kept]:
        """Every stored state."""
        return dict(_kept(row) for row in self._connection.execute(select(ALERT_STATE)))

    def due(self, now: datetime) -> dict[Key, Kept]:
        """States that the clock alone may change by now."""
        query = select(ALERT_STATE).where(ALERT_STATE.c.due_at <= now)
        return dict(_kept(row) for row in self._connection.execute(query))

    def next_due(self) -> datetime | None:
        """When the clock alone may change a state next."""
        moment: datetime | None = self._connection.scalar(_NEXT_DUE)
        return moment

    def firing(self) -> dict[Key, Kept]:
        """States of alerts that fire."""
        query = select(ALERT_STATE).where(ALERT_STATE.c.phase == Phase.FIRING.value)
        return dict(_kept(row) for row in self._connection.execute(query))

    def save(self, states: Mapping[Key, Kept]) -> None:
        """Write states."""
        for some in portions(list(states.items())):
            rows = [_row(key, kept) for key, kept in some]
            upsert(self._connection, ALERT_STATE, rows, ["rule", "point"])

    def forget(self, keys: Iterable[Key]) -> None:
        """Drop states of rules or points that are gone."""
        for some in portions(sorted(keys)):
            self._connection.execute(
                delete(ALERT_STATE).where(tuple_(ALERT_STATE.c.rule, ALERT_STATE.c.point).in_(some))
            )

    def note(self, rows: list[dict[str, Any]]) -> None:
        """Write transitions down; one that is there already stays as it is."""
        for some in portions(rows):
            upsert(self._connection, TRANSITION, some, ["alert", "kind"])

    def transitions(self, limit: int) -> list[dict[str, Any]]:
        """The newest transitions, oldest of them first."""
        columns = (TRANSITION.c.rule, TRANSITION.c.point, TRANSITION.c.kind, TRANSITION.c.at, TRANSITION.c.resolution)
        query = select(*columns).order_by(TRANSITION.c.at.desc(), TRANSITION.c.rule, TRANSITION.c.point).limit(limit)
        return [dict(row) for row in self._connection.execute(query).mappings()][::-1]

    def counts(self) -> dict[str, int]:
        """How many transitions of each kind there were."""
        query = select(TRANSITION.c.kind, func.count()).group_by(TRANSITION.c.kind)
        return {row[0]: row[1] for row in self._connection.execute(query)}


def _kept(row: Any) -> tuple[Key, Kept]:
    told = None if row.told is None else decode(row.told, AlertChanged)
    state = msgspec.json.decode(row.state, type=AlertState)
    return (row.rule, row.point), Kept(state, row.fingerprint, row.trace, told)


def _row(key: Key, kept: Kept) -> dict[str, Any]:
    return {
        "rule": key[0],
        "point": key[1],
        "fingerprint": kept.fingerprint,
        "phase": kept.state.phase.value,
        "state": msgspec.json.encode(kept.state),
        "due_at": kept.state.due_at,
        "trace": kept.trace,
        "told": None if kept.told is None else encode(kept.told),
    }
