"""An incident: alerts that belong together, with a code that people can say and write."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from services.notifier.domain.severity import most_critical, worst_of
from shared.model.alerts import AlertChanged
from shared.model.incidents import IncidentChanged, IncidentStatus

NAMESPACE: Final = uuid.UUID("8f0c2f0e-6f0e-5b6e-9a53-0f4f0f1f5d21")
"""Of all ids that the notifier derives."""


def derived_id(*parts: str) -> str:
    """The same id for the same parts, always."""
    return str(uuid.uuid5(NAMESPACE, "|".join(parts)))


@dataclass(frozen=True, kw_only=True)
class Incident:
    """Alerts that belong together.

    Attributes:
        code: as people call it; nobody else's while it is open, nor soon after it was told (``codes``).
        severity: now, or as it was when the last alert was resolved; of several alerts the worst.
        criticality: of several alerts the highest that it ever had: what is vital once is told as such to the end.
        worst: the worst that it ever had; None: stored by a version that did not keep it.
        opened_at: when its first alert began to fire, UTC.
        resolved_at: when its last firing alert was resolved, UTC; None while it is open.
        firing: how many of its alerts fire.
    """

    id: str
    code: str
    status: IncidentStatus
    title: str
    rule: str
    owner: str
    severity: str
    criticality: str
    opened_at: datetime
    resolved_at: datetime | None = None
    firing: int = 0
    worst: str | None = None

    def with_alert(self, severity: str, criticality: str) -> Incident:
        """One more alert fires: the incident is open, also when it was resolved before."""
        taken = replace(self, status=IncidentStatus.OPEN, resolved_at=None, firing=self.firing + 1)
        return taken.with_severity(severity, criticality, alone=False)

    def with_severity(self, severity: str, criticality: str, *, alone: bool) -> Incident:
        """An alert in it changed its severity. ``alone``: it is the only one; else a fall leaves what others may be."""
        return replace(
            self,
            severity=severity if alone else worst_of(self.severity, severity),
            worst=worst_of(self.worst or self.severity, severity),
            criticality=most_critical(self.criticality, criticality),
        )

    def is_worse_than(self, before: Incident) -> bool:
        """Whether it became worse, or more critical."""
        worse = worst_of(before.severity, self.severity) != before.severity
        return worse or self.is_more_critical_than(before)

    def is_more_critical_than(self, before: Incident) -> bool:
        return most_critical(before.criticality, self.criticality) != before.criticality

    def without_alert(self, at: datetime) -> Incident:
        """One of its firing alerts was resolved; with the last of them, so is the incident."""
        firing = self.firing - 1
        if firing > 0:
            return replace(self, firing=firing)
        return replace(self, status=IncidentStatus.RESOLVED, resolved_at=at, firing=0)

    def changed(self, at: datetime, trace: str, acknowledged_at: datetime | None = None) -> IncidentChanged:
        """What the others are told."""
        return IncidentChanged(
            incident=self.id,
            code=self.code,
            status=self.status,
            title=self.title,
            severity=self.severity,
            owner=self.owner,
            opened_at=self.opened_at,
            at=at,
            firing=self.firing,
            acknowledged_at=acknowledged_at,
            trace=trace,
        )


@dataclass(frozen=True, kw_only=True)
class IncidentAlert:
    """An alert's place in an incident.

    Attributes:
        message: the rule's words for the people of this incident.
        severity: of the alert; None: stored by a version that did not keep it.
        severity_at: event time at which it came to this severity, UTC; None: it began to fire with it.
    """

    incident: str
    alert: str
    point: str
    point_title: str
    message: str
    since: datetime
    resolved_at: datetime | None = None
    severity: str | None = None
    severity_at: datetime | None = None

    def precedes(self, change: AlertChanged) -> bool:
        """Whether a change of severity is later than what is known here. Of one instant, it must go on from here."""
        known = self.severity_at or self.since
        if change.at == known:
            return change.was == self.severity != change.severity
        return change.at > known
