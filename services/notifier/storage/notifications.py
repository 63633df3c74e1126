"""Reads and writes notifications."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, bindparam, func, insert, select, union_all, update

from services.notifier.domain.channel import Medium
from services.notifier.domain.delivering.delivering import Decision
from services.notifier.domain.delivering.line import heard_with, reached
from services.notifier.domain.delivering.notification import IN_LINE, TELLING, Notification
from services.notifier.storage.rows import row_of, values_of
from services.notifier.storage.tables import DIGEST, ESCALATION, FOLDER, INCIDENT, NOTIFICATION, ON_CALL_DUTY
from shared.model.alerts import Criticality
from shared.model.incidents import NotificationState
from shared.runtime.database import Transaction

_MUTABLE: Final = (
    "kind", "criticality", "channel", "state", "reason", "subject", "body", "changed_at", "due_at", "attempts", "after",
    "reference", "asked", "doubts",
)  # fmt: skip
_CHANGE: Final = update(NOTIFICATION).where(NOTIFICATION.c.id == bindparam("key"))
_TELLING: Final = [kind.value for kind in TELLING]
_IN_LINE: Final = [kind.value for kind in IN_LINE]
_PERHAPS_TOLD: Final = [
    state.value for state in (NotificationState.ATTEMPTING, NotificationState.SENT, NotificationState.UNCERTAIN)
]
_MOST_TOLD: Final = 500
# Who may die if nobody tells them is told first. One look for each, that an index answers: in a storm many are due.
_URGENCY: Final = (Criticality.VITAL, Criticality.NORMAL, Criticality.COMFORT)
_NEXT_DUE: Final = union_all(
    select(func.min(NOTIFICATION.c.due_at).label("due_at")),
    select(func.min(DIGEST.c.due_at)),
    select(func.min(ESCALATION.c.due_at)),
    select(func.min(ON_CALL_DUTY.c.due_at)),
    select(func.min(FOLDER.c.due_at)),
)


class Notifications:
    """The notifications, as one transaction sees them.

    What is read to be decided upon is locked until the transaction ends (on SQLite there is one at a time anyway), in
    the order of ids, so that no two transactions wait for each other.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def add(self, notifications: Sequence[Notification]) -> list[Notification]:
        """Store those whose ids are not there yet, and tell which."""
        known = {item.id for item in self.with_ids(item.id for item in notifications)} if notifications else set()
        fresh = {item.id: item for item in notifications if item.id not in known}
        if fresh:
            self._connection.execute(insert(NOTIFICATION), [row_of(item) for item in fresh.values()])
        return list(fresh.values())

    def change(self, notifications: Sequence[Notification]) -> None:
        """Store what became of some that are there."""
        if notifications:
            rows = [{"key": item.id, **_mutable(item)} for item in notifications]
            self._connection.execute(_CHANGE, rows)

    def with_ids(self, ids: Iterable[str]) -> list[Notification]:
        """Those of these ids that are there, locked."""
        return self._read_locked(NOTIFICATION.c.id.in_(sorted(ids)))

    def in_line(self, incidents: Iterable[str]) -> list[Notification]:
        """What was, or is to be, said of these incidents while they are open; locked."""
        wanted = sorted(incidents)
        which = (NOTIFICATION.c.incident.in_(wanted), NOTIFICATION.c.kind.in_(_IN_LINE))
        return sorted(self._read_locked(*which), key=lambda item: (item.queued_at, item.id)) if wanted else []

    def about(self, incident: str) -> list[Notification]:
        """All that was, or is to be, said of an incident, in order; locked."""
        found = self._read_locked(NOTIFICATION.c.incident == incident)
        return sorted(found, key=lambda item: (item.queued_at, item.id))

    def with_id(self, name: str) -> Notification | None:
        """The one of this id."""
        return next(iter(self._read(select(NOTIFICATION).where(NOTIFICATION.c.id == name))), None)

    def with_reference(self, reference: str) -> list[Notification]:
        """Those that the carrier calls so."""
        return self._read(select(NOTIFICATION).where(NOTIFICATION.c.reference == reference))

    def of(self, incident: str) -> list[Notification]:
        """All about an incident, oldest first."""
        which = NOTIFICATION.c.incident == incident
        return self._read(select(NOTIFICATION).where(which).order_by(NOTIFICATION.c.queued_at, NOTIFICATION.c.id))

    def told_to(self, person: str, since: datetime) -> list[Notification]:
        """What a person was told, or may have been, of incidents since then; the newest first."""
        return self._told_to(person, NOTIFICATION.c.changed_at >= since, NOTIFICATION.c.incident.is_not(None))

    def told_under(self, person: str, codes: Iterable[str], before: datetime) -> list[Notification]:
        """What a person was told before then of the incidents that had one of these codes; the newest first."""
        called = select(INCIDENT.c.id).where(INCIDENT.c.code.in_(sorted(codes)))
        return self._told_to(person, NOTIFICATION.c.changed_at < before, NOTIFICATION.c.incident.in_(called))

    def last_at(self, number: str, since: datetime) -> Notification | None:
        """What was told last at that number, since then."""
        which = (NOTIFICATION.c.address == number, NOTIFICATION.c.changed_at >= since)
        newest = select(NOTIFICATION).where(*which).order_by(NOTIFICATION.c.changed_at.desc()).limit(1)
        return next(iter(self._read(newest)), None)

    def told_of(self, notification: Notification, incidents: Iterable[str]) -> frozenset[str]:
        """Of which of these incidents the same person heard over the same medium, or may have; a call and a text are
        as good as each other."""
        same = _same_listener(notification)
        which = (NOTIFICATION.c.incident.in_(sorted(incidents)), NOTIFICATION.c.kind.in_(_TELLING))
        states = NOTIFICATION.c.state.in_([state.value for state in NotificationState if reached(state)])
        return frozenset(self._connection.scalars(select(NOTIFICATION.c.incident).where(*same, *which, states)))

    def first_due(self, now: datetime) -> Notification | None:
        """The one to act on first, locked: the vital ones, then those that wait longest."""
        found = (self._first_due(urgency.value, now) for urgency in _URGENCY)
        return next((first for first in found if first is not None), None)

    def not_vital(self, now: datetime, most: int) -> list[tuple[str, str | None]]:
        """Id and incident of those that are due and not vital, the oldest first."""
        due = (NOTIFICATION.c.state == NotificationState.QUEUED.value, NOTIFICATION.c.due_at <= now)
        columns = select(NOTIFICATION.c.id, NOTIFICATION.c.incident).where(*due)
        query = columns.where(NOTIFICATION.c.criticality != Criticality.VITAL.value)
        first = query.order_by(NOTIFICATION.c.due_at, NOTIFICATION.c.queued_at, NOTIFICATION.c.id).limit(most)
        return [(identifier, incident) for identifier, incident in self._connection.execute(first)]

    def states(self, ids: Iterable[str]) -> dict[str, NotificationState]:
        """The states of those of these ids that are there."""
        query = select(NOTIFICATION.c.id, NOTIFICATION.c.state).where(NOTIFICATION.c.id.in_(sorted(ids)))
        return {identifier: NotificationState(state) for identifier, state in self._connection.execute(query)}

    def fold(self, ids: Sequence[str], decision: Decision, now: datetime) -> None:
        """These, all at once, do not go out by themselves."""
        values = {"state": decision.state.value, "reason": decision.reason.value, "due_at": None, "changed_at": now}
        self._connection.execute(update(NOTIFICATION).where(NOTIFICATION.c.id.in_(sorted(ids))).values(values))

    def waiting_for_any(self, notifications: Iterable[str]) -> list[Notification]:
        """Those that are not to go out before one of these is settled; locked."""
        which = (NOTIFICATION.c.after.in_(sorted(notifications)), NOTIFICATION.c.due_at.is_(None))
        return self._read_locked(*which, NOTIFICATION.c.state == NotificationState.QUEUED.value)

    def latest(self, limit: int) -> list[Notification]:
        """The most recently changed first."""
        order = (NOTIFICATION.c.changed_at.desc(), NOTIFICATION.c.id.desc())
        return self._read(select(NOTIFICATION).order_by(*order).limit(limit))

    def counts(self) -> dict[tuple[Medium, NotificationState], int]:
        """How many there are, by medium and state."""
        columns = (NOTIFICATION.c.medium, NOTIFICATION.c.state)
        rows = self._connection.execute(select(*columns, func.count()).group_by(*columns))
        return {(Medium(medium), NotificationState(state)): count for medium, state, count in rows}

    def next_due(self) -> datetime | None:
        """When the next notification, digest, step of an escalation or look at who is on call is due."""
        moments = self._connection.scalars(_NEXT_DUE)
        return min((moment for moment in moments if moment is not None), default=None)

    def _told_to(self, person: str, *which: ColumnElement[bool]) -> list[Notification]:
        kinds, states = NOTIFICATION.c.kind.in_(_TELLING), NOTIFICATION.c.state.in_(_PERHAPS_TOLD)
        query = select(NOTIFICATION).where(NOTIFICATION.c.person == person, kinds, states, *which)
        return self._read(query.order_by(NOTIFICATION.c.changed_at.desc(), NOTIFICATION.c.id).limit(_MOST_TOLD))

    def _first_due(self, criticality: str, now: datetime) -> Notification | None:
        order = (NOTIFICATION.c.due_at, NOTIFICATION.c.queued_at, NOTIFICATION.c.id)
        due = select(NOTIFICATION).where(NOTIFICATION.c.criticality == criticality, NOTIFICATION.c.due_at <= now)
        return next(iter(self._read(due.order_by(*order).limit(1).with_for_update())), None)

    def _read_locked(self, *which: ColumnElement[bool]) -> list[Notification]:
        return self._read(select(NOTIFICATION).where(*which).order_by(NOTIFICATION.c.id).with_for_update())

    def _read(self, query: Select[Any]) -> list[Notification]:
        return values_of(Notification, self._connection.execute(query).mappings())


def _same_listener(notification: Notification) -> tuple[ColumnElement[bool], ...]:
    media = [medium.value for medium in heard_with(notification.medium)]
    return NOTIFICATION.c.person == notification.person, NOTIFICATION.c.medium.in_(media)


def _mutable(notification: Notification) -> dict[str, Any]:
    row = row_of(notification)
    return {name: row[name] for name in _MUTABLE}
