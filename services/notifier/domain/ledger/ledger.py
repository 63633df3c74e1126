"""The ledger: every decision about who is told, with its reason; it answers "why was I woken, why was I not?"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from services.notifier.domain.delivering.notification import Notification
from services.notifier.domain.incidents.acknowledging import Acknowledgement
from services.notifier.domain.incidents.incident import derived_id
from shared.model.incidents import NotificationState


class Verdict(StrEnum):
    """What was decided. Stored and shown: a word is never given another meaning."""

    ROUTED = "routed"
    GROUPED = "grouped"
    SILENCED = "silenced"
    INHIBITED = "inhibited"
    FLAPPING = "flapping"
    FOLDED = "folded"
    ESCALATED = "escalated"
    REMINDED = "reminded"
    ACKNOWLEDGED = "acknowledged"
    UNACKNOWLEDGED = "unacknowledged"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    MOVED_ON = "moved-on"
    REPLIED = "replied"
    OPTED_OUT = "opted-out"
    HANDED_OVER = "handed-over"
    UNCOVERED = "uncovered"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One decision.

    Attributes:
        id: derived from what was decided, so that a decision that is made again is noted once.
        at: when, UTC.
        by: the reason, for people: the silence, the rule that inhibits, the step of an escalation, the budget.
        person: whom it concerns, by id; None: everybody who would have been told.
    """

    id: str
    at: datetime
    verdict: Verdict
    by: str
    incident: str | None = None
    alert: str | None = None
    notification: str | None = None
    team: str | None = None
    person: str | None = None
    trace: str = ""


def entry(
    verdict: Verdict,
    at: datetime,
    by: str,
    *key: str,
    incident: str | None = None,
    alert: str | None = None,
    notification: str | None = None,
    team: str | None = None,
    person: str | None = None,
    trace: str = "",
) -> Entry:
    """An entry.

    Args:
        key: what makes the decision this one; the same key and verdict are one entry.
    """
    return Entry(
        id=derived_id("ledger", verdict.value, *key),
        at=at,
        verdict=verdict,
        by=by,
        incident=incident,
        alert=alert,
        notification=notification,
        team=team,
        person=person,
        trace=trace,
    )


def routed(notification: Notification) -> Entry:
    """That somebody is to be told, and why this person."""
    return entry(
        Verdict.ROUTED,
        notification.queued_at,
        f"{notification.kind.value}: {notification.team}, {notification.route.value}",
        notification.id,
        incident=notification.incident,
        notification=notification.id,
        team=notification.team,
        person=notification.person,
        trace=notification.trace,
    )


_ENDS: Final = {
    NotificationState.SENT: Verdict.SENT,
    NotificationState.FAILED: Verdict.FAILED,
    NotificationState.UNCERTAIN: Verdict.UNCERTAIN,
}


def end_of(notification: Notification) -> Entry | None:
    """What became of a notice in the end; None while it is under way."""
    verdict = _ENDS.get(notification.state)
    if verdict is None:
        return None
    return entry(
        verdict,
        notification.changed_at,
        f"{notification.channel}: {notification.reason.value}",
        notification.id,
        incident=notification.incident,
        notification=notification.id,
        team=notification.team,
        person=notification.person,
        trace=notification.trace,
    )


def taking_of(taken: Acknowledgement) -> Entry:
    """Somebody takes care."""
    return entry(
        Verdict.ACKNOWLEDGED, taken.at, taken.way.value, taken.incident, taken.at.isoformat(),
        incident=taken.incident, person=taken.person,
    )  # fmt: skip


def withdrawal_of(taken: Acknowledgement) -> Entry:
    """Nobody takes care any more."""
    return entry(
        Verdict.UNACKNOWLEDGED, taken.withdrawn_at or taken.at, taken.withdrawn_by or "", taken.incident,
        taken.at.isoformat(), incident=taken.incident, person=taken.person,
    )  # fmt: skip


def telling_of(verdict: Verdict, notification: Notification, by: str) -> Entry:
    """Somebody is told: one entry for each notice."""
    return entry(
        verdict, notification.queued_at, by, notification.id,
        incident=notification.incident, notification=notification.id, team=notification.team,
        person=notification.person,
    )  # fmt: skip
