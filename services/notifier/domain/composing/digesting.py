"""What a digest says: the points whose alerts of the day still fire, and those resolved meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.notifier.domain.incidents.incident import IncidentAlert


class DigestReason(StrEnum):
    """Why a digest was sent, or wasn't."""

    SOME_FIRE = "some-fire"
    ALL_RESOLVED = "all-resolved"


@dataclass(frozen=True, kw_only=True)
class Digest:
    """A digest that is to be sent, or was.

    Attributes:
        incident: the one whose alerts it lists; also its id.
        sends_at: UTC.
        due_at: the same until it was decided, then None.
    """

    incident: str
    rule: str
    rule_title: str
    team: str
    sends_at: datetime
    due_at: datetime | None
    reason: DigestReason | None = None


@dataclass(frozen=True)
class Digested:
    """What the digest found; ``firing`` and ``resolved`` name each point once, by title."""

    reason: DigestReason
    firing: tuple[IncidentAlert, ...]
    resolved: tuple[IncidentAlert, ...]


def digested(alerts: Sequence[IncidentAlert]) -> Digested:
    """Sort a day's alerts. When all are resolved there is nothing to ask for, and no digest goes out."""
    newest = {alert.point: alert for alert in sorted(alerts, key=lambda alert: (alert.since, alert.alert))}
    ordered = sorted(newest.values(), key=lambda alert: (alert.point_title, alert.point))
    firing = tuple(alert for alert in ordered if alert.resolved_at is None)
    resolved = tuple(alert for alert in ordered if alert.resolved_at is not None)
    return Digested(DigestReason.SOME_FIRE if firing else DigestReason.ALL_RESOLVED, firing, resolved)
