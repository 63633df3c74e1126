"""Alert states and the transitions that they made."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, and_, bindparam, delete, func, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql

from services.rules_engine.domain.alert import AlertState, Change, Phase
from services.rules_engine.domain.answering.happening import Noted
from services.rules_engine.domain.answering.witness import Witness
from services.rules_engine.storage.kept import Kept, Key, partition
from services.rules_engine.storage.memory import Memory
from services.rules_engine.storage.state_body import read_state, written
from services.rules_engine.storage.tables import ALERT_STATE, TRANSITION
from shared.model.alerts import AlertChanged
from shared.model.message import decode, encode
from shared.runtime.database import Transaction
from shared.runtime.statements import portions, upsert

_KEY: Final = (ALERT_STATE.c.rule, ALERT_STATE.c.point)
# Said once: building a statement takes longer than running it.
_LOAD: Final = select(ALERT_STATE).where(
    tuple_(ALERT_STATE.c.rule, ALERT_STATE.c.point).in_(bindparam("keys", expanding=True))
)
# A thousand pairs in a row constructor are compared one by one with each row of the table.
_LOAD_JOINED: Final = (
    "SELECT alert_state.* FROM unnest(%s::text[], %s::text[]) AS wanted (rule, point)"
    " JOIN alert_state USING (rule, point)"
)
_OF_PARTS: Final = ALERT_STATE.c.partition.in_(bindparam("parts", expanding=True))
_NEXT_DUE: Final = select(func.min(ALERT_STATE.c.due_at)).where(_OF_PARTS)
# Locked, so that who asks for one of these meanwhile waits and then makes it due again: what the asker saw is not
# seen here. In an order, so that two never wait for each other.
_DUE: Final = (
    select(ALERT_STATE).where(_OF_PARTS, ALERT_STATE.c.due_at <= bindparam("now")).order_by(*_KEY).with_for_update()
)
_FEW: Final = 20
_STRAYS: Final = select(ALERT_STATE.c.rule, ALERT_STATE.c.point).where(ALERT_STATE.c.partition == -1)
_NEW: Final = postgresql.insert(ALERT_STATE)
# PostgreSQL's clause compiles for SQLite too.
_ASK: Final = _NEW.on_conflict_do_update(
    index_elements=["rule", "point"],
    set_={"due_at": _NEW.excluded.due_at},
    where=or_(ALERT_STATE.c.due_at.is_(None), ALERT_STATE.c.due_at > _NEW.excluded.due_at),
)
_FIRES: Final = select(ALERT_STATE.c.rule).where(
    ALERT_STATE.c.rule == bindparam("rule"),
    ALERT_STATE.c.point == bindparam("point"),
    ALERT_STATE.c.phase == Phase.FIRING.value,
)


class States:
    """The alert states, as one transaction sees them."""

    def __init__(self, transaction: Transaction, memory: Memory | None = None) -> None:
        self._connection = transaction.connection
        self._remembered = {} if memory is None else memory.states

    def load(self, keys: Iterable[Key]) -> dict[Key, Kept]:
        """The stored states among those asked for."""
        wanted = set(keys)
        # Not "wanted - remembered.keys()": that looks at all that is remembered, for one that is wanted.
        if missing := [key for key in wanted if key not in self._remembered]:
            for some in portions(sorted(missing)):
                self._remembered.update(dict.fromkeys(some))
                self._remembered.update(_kept(row) for row in self._rows(some))
        return {key: kept for key in wanted if (kept := self._remembered[key]) is not None}

    def _rows(self, keys: Sequence[Key]) -> Iterable[Any]:
        if self._connection.dialect.name == "sqlite":
            return self._connection.execute(_LOAD, {"keys": keys})
        columns = tuple(map(list, zip(*keys, strict=True)))
        return self._connection.exec_driver_sql(_LOAD_JOINED, columns)

    def all(self, parts: Collection[int]) -> dict[Key, Kept]:
        """Every stored state of these partitions."""
        return self._read(select(ALERT_STATE).where(_OF_PARTS), {"parts": sorted(parts)})

    def due(self, parts: Collection[int], now: datetime) -> dict[Key, Kept]:
        """States of these partitions that the clock alone may change by now; nobody else writes them meanwhile."""
        return self._read(_DUE, {"parts": sorted(parts), "now": now})

    def next_due(self, parts: Collection[int]) -> datetime | None:
        """When the clock alone may change a state of these partitions next."""
        moment: datetime | None = self._connection.scalar(_NEXT_DUE, {"parts": sorted(parts)})
        return moment

    def adopt(self) -> None:
        """Put states in their partitions that were written by a version that knew none."""
        for rule, point in self._connection.execute(_STRAYS).all():
            placed = update(ALERT_STATE).where(ALERT_STATE.c.rule == rule, ALERT_STATE.c.point == point)
            self._connection.execute(placed.values(partition=partition((rule, point))))

    def _read(self, query: Any, values: dict[str, Any]) -> dict[Key, Kept]:
        found = dict(_kept(row) for row in self._connection.execute(query, values))
        self._remembered.update(found)
        return found

    def fires(self, key: Key) -> bool:
        """Whether an alert fires, whoever holds its partition."""
        return self._connection.scalar(_FIRES, {"rule": key[0], "point": key[1]}) is not None

    def firing(self, rules: Collection[str] | None = None) -> dict[Key, Kept]:
        """States of alerts that fire, of some rules or of all."""
        query = select(ALERT_STATE).where(ALERT_STATE.c.phase == Phase.FIRING.value)
        if rules is not None:
            query = query.where(ALERT_STATE.c.rule.in_(sorted(rules)))
        return dict(_kept(row) for row in self._connection.execute(query))

    def save(self, states: Mapping[Key, Kept]) -> None:
        """Write states, in an order, so that two replicas never wait for each other."""
        for some in portions(sorted(states.items(), key=lambda item: item[0])):
            rows = [_row(key, kept) for key, kept in some]
            upsert(self._connection, ALERT_STATE, rows, ["rule", "point"])
        self._remembered.update(states)

    def ask(self, asked: Mapping[Key, str], now: datetime) -> None:
        """Make states due, also of partitions that others hold; only when they are due is written.

        Args:
            asked: the fingerprint of the rule for each, if there is no state yet.
        """
        rows = [_row(key, Kept(AlertState(due_at=now), fingerprint)) for key, fingerprint in sorted(asked.items())]
        for some in portions(rows):
            self._connection.execute(_ASK, list(some))

    def wake(self, rules: Collection[str], now: datetime) -> None:
        """Make all pending states of rules due: what they gave way to has ended."""
        later = or_(ALERT_STATE.c.due_at.is_(None), ALERT_STATE.c.due_at > now)
        self._make_due(rules, and_(ALERT_STATE.c.phase == Phase.PENDING.value, later), now)

    def rouse(self, rules: Collection[str], now: datetime) -> None:
        """Make all states of rules due that stand for something: firing or about to."""
        self._make_due(rules, ALERT_STATE.c.phase != Phase.INACTIVE.value, now)

    def _make_due(self, rules: Collection[str], which: ColumnElement[bool], now: datetime) -> None:
        chosen = and_(ALERT_STATE.c.rule.in_(sorted(rules)), which)
        # An update locks rows as it comes across them. Whoever writes states of several parts locks them by rule and
        # point, as ``save``, ``ask`` and ``due`` do: in different orders two would wait for each other.
        self._connection.execute(select(ALERT_STATE.c.rule).where(chosen).order_by(*_KEY).with_for_update())
        self._connection.execute(update(ALERT_STATE).where(chosen).values(due_at=now))

    def forget(self, keys: Collection[Key]) -> None:
        """Drop states of rules or points that are gone."""
        self._remembered.update(dict.fromkeys(keys))
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

    def alerts_beginning(self, beginning: str, most: int) -> list[Noted]:
        """The transitions of all alerts whose id begins so, of a few at most, oldest first."""
        found = select(TRANSITION.c.alert).where(TRANSITION.c.alert.startswith(beginning, autoescape=True)).distinct()
        return self._noted(TRANSITION.c.alert.in_(found.order_by(TRANSITION.c.alert).limit(most)))

    def newest_alert(self, key: Key) -> list[Noted]:
        """The transitions of the newest alert, oldest first; none: it has not fired."""
        own = (TRANSITION.c.rule == key[0], TRANSITION.c.point == key[1], TRANSITION.c.kind == Change.FIRED.value)
        newest = select(TRANSITION.c.alert).where(*own).order_by(TRANSITION.c.at.desc()).limit(1)
        return self._noted(TRANSITION.c.alert == newest.scalar_subquery())

    def _noted(self, which: ColumnElement[bool]) -> list[Noted]:
        found = self._connection.execute(select(TRANSITION).where(which).order_by(TRANSITION.c.at, TRANSITION.c.kind))
        return [_transition(row) for row in found]

    def fired_at(self, key: Key, moment: datetime) -> datetime | None:
        """Since when, by event time, an alert fired of which was known at a moment that it did; None: of none."""
        which = (TRANSITION.c.rule == key[0], TRANSITION.c.point == key[1], TRANSITION.c.at <= moment)
        newest = select(TRANSITION).where(*which, TRANSITION.c.kind.in_([Change.FIRED.value, Change.RESOLVED.value]))
        rows = self._connection.execute(newest.order_by(TRANSITION.c.at.desc()).limit(_FEW))
        # What was decided later (its observations came late) nobody knew then.
        noted = [each for each in map(_transition, rows) if each.seen is None or each.seen.decided_at <= moment]
        fired = next((each for each in noted if each.kind is Change.FIRED), None)
        if fired is None or any(each.kind is Change.RESOLVED and each.alert == fired.alert for each in noted):
            return None
        return fired.at

    def counts(self) -> dict[str, int]:
        """How many transitions of each kind there were."""
        query = select(TRANSITION.c.kind, func.count()).group_by(TRANSITION.c.kind)
        return {row[0]: row[1] for row in self._connection.execute(query)}


def _transition(row: Any) -> Noted:
    kind = Change(row.kind.partition("@")[0])
    seen = None if row.seen is None else msgspec.json.decode(row.seen, type=Witness)
    return Noted(row.alert, kind, row.rule, row.point, row.at, row.resolution, row.trace, seen)


def _kept(row: Any) -> tuple[Key, Kept]:
    told = None if row.told is None else decode(row.told, AlertChanged)
    return (row.rule, row.point), Kept(read_state(row.state), row.fingerprint, row.trace, told, row.ladder)


def _row(key: Key, kept: Kept) -> dict[str, Any]:
    return {
        "rule": key[0],
        "point": key[1],
        "fingerprint": kept.fingerprint,
        "phase": kept.state.phase.value,
        "state": written(kept.state),
        "due_at": kept.state.due_at,
        "partition": partition(key),
        "trace": kept.trace,
        "ladder": kept.ladder,
        "told": None if kept.told is None else encode(kept.told),
    }
