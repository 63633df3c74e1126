"""What the notifier made of alerts: incidents, and the notifications that went out for them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from shared.model.message import Message


class IncidentStatus(StrEnum):
    """An incident is open while one of its alerts fires."""

    OPEN = "open"
    RESOLVED = "resolved"


class NotificationState(StrEnum):
    """The life of one notification to one recipient over one channel. ``folded``: a digest tells of it instead."""

    QUEUED = "queued"
    ATTEMPTING = "attempting"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    FOLDED = "folded"


class IncidentChanged(Message, frozen=True, kw_only=True):
    """An incident opened, took an alert, was acknowledged, or was resolved.

    Attributes:
        acknowledged_at: since when somebody takes care of it, UTC; None: nobody does. Who is not said here: it is
            somebody's name, and the notifier's to show.
    """

    incident: str
    code: str
    status: IncidentStatus
    title: str
    severity: str
    owner: str
    opened_at: datetime
    at: datetime
    firing: int
    acknowledged_at: datetime | None = None
    trace: str = ""


class NotificationChanged(Message, frozen=True, kw_only=True):
    """A notification changed state. It carries no address: who was told is the notifier's to show."""

    notification: str
    incident: str | None
    channel: str
    state: NotificationState
    at: datetime
    reason: str | None = None
    trace: str = ""
