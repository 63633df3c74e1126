"""An incident: alerts that belong together, with a code that people can say and write."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from shared.model.incidents import IncidentChanged, IncidentStatus

NAMESPACE: Final = uuid.UUID("8f0c2f0e-6f0e-5b6e-9a53-0f4f0f1f5d21")
"""Of all ids that the notifier derives."""

_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH: Final = 4


def derived_id(*parts: str) -> str:
    """The same id for the same parts, always."""
    return str(uuid.uuid5(NAMESPACE, "|".join(parts)))


def code_of(incident: str) -> str:
    """The incident's code, like ``V-7K3Q``: no letter or digit that is taken for another (0 O, 1 I L, U V)."""
    number = int.from_bytes(hashlib.sha256(incident.encode()).digest()[:8])
    letters = []
    for _ in range(_CODE_LENGTH):
        number, index = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[index])
    return "V-" + "".join(letters)


@dataclass(frozen=True, kw_only=True)
class Incident:
    """Alerts that belong together.

    Attributes:
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

    def with_alert(self) -> Incident:
        """One more alert fires: the incident is open, also when it was resolved before."""
        return replace(self, status=IncidentStatus.OPEN, resolved_at=None, firing=self.firing + 1)

    def without_alert(self, at: datetime) -> Incident:
        """One of its firing alerts was resolved; with the last of them, so is the incident."""
        firing = self.firing - 1
        if firing > 0:
            return replace(self, firing=firing)
        return replace(self, status=IncidentStatus.RESOLVED, resolved_at=at, firing=0)

    def changed(self, at: datetime, trace: str) -> IncidentChanged:
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
            trace=trace,
        )


@dataclass(frozen=True, kw_only=True)
class IncidentAlert:
    """An alert's place in an incident. ``message``: the rule's words for the people of this incident."""

    incident: str
    alert: str
    point: str
    point_title: str
    message: str
    since: datetime
    resolved_at: datetime | None = None
