"""Reads and writes the log of alerts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, func, or_, select

from services.notifier.domain.incidents.alert_log import Logged
from services.notifier.domain.muting.muting import Mutes
from services.notifier.storage.tables import ALERT
from shared.model.alerts import AlertChanged
from shared.model.message import decode, encode
from shared.runtime.database import Transaction
from shared.runtime.statements import portions, upsert

_IDLE: Final = "idle"


class Alerts:
    """The log of alerts, as one transaction sees it."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def with_ids(self, alerts: Iterable[str]) -> dict[str, Logged]:
        """Those of these ids that are there."""
        found: dict[str, Logged] = {}
        for portion in portions(sorted(set(alerts))):
            found |= {item.said.alert: item for item in self._read(ALERT.c.alert.in_(portion))}
        return found

    def put(self, alerts: Sequence[Logged], mutes: Mutes) -> None:
        """Store them, or what became of them. ``mutes``: says which of them may inhibit others."""
        upsert(self._connection, ALERT, [_row(item, mutes) for item in alerts], ["alert"])

    def sources(self, mutes: Mutes) -> list[Logged]:
        """Those that fire and may inhibit others.

        Those that were judged by other inhibitions than today's are among them: the file may have changed.
        """
        if not mutes.inhibitions:
            return []
        idle = _role(mutes, inhibits=False)
        # Two ranges of the index rather than "unlike", which is none.
        return self._read(ALERT.c.firing == 1, or_(ALERT.c.role < idle, ALERT.c.role > idle))

    def of_incidents(self, incidents: Iterable[str]) -> list[Logged]:
        """Those that fire in these incidents."""
        return self._read(ALERT.c.incident.in_(sorted(incidents)), ALERT.c.firing == 1)

    def firing(self) -> list[Logged]:
        """All that fire, in order of time."""
        return self._read(ALERT.c.firing == 1)

    def begun_since(self, moment: datetime) -> list[Logged]:
        """All that began to fire then or later, in order of time."""
        return self._read(ALERT.c.since >= moment)

    def newest_of(self, key: str, until: datetime | None = None) -> Logged | None:
        """The last episode of a rule at a point, that began until then."""
        began = () if until is None else (ALERT.c.since <= until,)
        return next(iter(reversed(self._read(ALERT.c.key == key, *began))), None)

    def episodes(self, keys: Iterable[str], since: datetime) -> dict[str, int]:
        """How many episodes of each rule at a point were taken then or later, and are over."""
        found: dict[str, int] = {}
        for portion in portions(sorted(set(keys))):
            which = (ALERT.c.key.in_(portion), ALERT.c.taken_at >= since, ALERT.c.firing == 0)
            rows = self._connection.execute(select(ALERT.c.key, func.count()).where(*which).group_by(ALERT.c.key))
            found |= _counts(rows)
        return found

    def taken(self, rules: Iterable[str], since: datetime) -> dict[str, int]:
        """How many alerts of each rule were taken after a moment, of those that are told at once."""
        which = (ALERT.c.rule.in_(sorted(set(rules))), ALERT.c.taken_at > since, ALERT.c.incident.is_not(None))
        rows = self._connection.execute(select(ALERT.c.rule, func.count()).where(*which).group_by(ALERT.c.rule))
        return _counts(rows)

    def forget(self, before: datetime) -> int:
        """Drop those that ended before a moment; how many."""
        ended = delete(ALERT).where(ALERT.c.firing == 0, ALERT.c.since < before, ALERT.c.resolved_at < before)
        return self._connection.execute(ended).rowcount

    def _read(self, *which: ColumnElement[bool]) -> list[Logged]:
        columns = (ALERT.c.body, ALERT.c.incident, ALERT.c.taken_at, ALERT.c.resolved_at)
        rows = self._connection.execute(select(*columns).where(*which).order_by(ALERT.c.since, ALERT.c.alert))
        return [
            Logged(said=decode(body, AlertChanged), incident=incident, taken_at=taken_at, resolved_at=resolved_at)
            for body, incident, taken_at, resolved_at in rows
        ]


def _counts(rows: Iterable[Any]) -> dict[str, int]:
    return {str(what): int(count) for what, count in rows}


def _row(item: Logged, mutes: Mutes) -> dict[str, Any]:
    return {
        "alert": item.said.alert,
        "key": item.traits.key,
        "rule": item.said.rule,
        "incident": item.incident,
        "firing": int(item.is_firing),
        "role": _role(mutes, inhibits=item.is_firing and mutes.inhibits(item.traits)),
        "since": item.said.since,
        "resolved_at": item.resolved_at,
        "taken_at": item.taken_at,
        "body": encode(item.said),
    }


def _role(mutes: Mutes, *, inhibits: bool) -> str:
    """Whether it inhibits by these inhibitions; the same word for the same inhibitions."""
    if inhibits:
        return "inhibits"
    told = hashlib.sha256(repr(mutes.inhibitions).encode()).hexdigest()[:12]
    return f"{_IDLE}-{told}"
