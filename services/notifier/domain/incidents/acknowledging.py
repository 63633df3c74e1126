"""Somebody takes care of an incident: who, how, and since when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.notifier.domain.incidents.incident import Incident
from shared.model.incidents import IncidentStatus


class Way(StrEnum):
    """How it was acknowledged. Stored and shown."""

    SMS = "sms"
    EMAIL = "email"
    CALL = "call"
    COMMAND = "command"
    PORTAL = "portal"


@dataclass(frozen=True, kw_only=True)
class Acknowledger:
    """Who acknowledges.

    Attributes:
        person: id: of somebody in the teams, or an operator's.
        shown: as colleagues know the person; no address.
    """

    person: str
    shown: str


@dataclass(frozen=True, kw_only=True)
class Acknowledgement:
    """The last acknowledgement of an incident: one row.

    Attributes:
        at: UTC.
        comment: the person's own words.
        withdrawn_at: since when it counts no more, UTC; None: it does.
        withdrawn_by: why.
    """

    incident: str
    person: str
    shown: str
    way: Way
    at: datetime
    comment: str = ""
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None

    @property
    def counts(self) -> bool:
        return self.withdrawn_at is None


class Outcome(StrEnum):
    """What came of it."""

    DONE = "done"
    ALREADY = "already"
    RESOLVED = "resolved"


def withdrawn(taken: Acknowledgement, now: datetime, why: str) -> Acknowledgement:
    """It counts no more."""
    return replace(taken, withdrawn_at=now, withdrawn_by=why)


def outcome(incident: Incident, before: Acknowledgement | None) -> Outcome:
    """Whether an acknowledgement changes anything: the first one counts, and what is over needs none."""
    if incident.status is IncidentStatus.RESOLVED:
        return Outcome.RESOLVED
    return Outcome.DONE if before is None or not before.counts else Outcome.ALREADY
