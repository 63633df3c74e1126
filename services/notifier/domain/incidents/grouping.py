"""Which incident an alert belongs to: one of its own, or its rule's digest of the day."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from services.notifier.domain.codes import code_of
from services.notifier.domain.incidents.incident import Incident, derived_id
from shared.civil_time import next_at, short_local
from shared.model.alerts import AlertChanged, NotifyRequest
from shared.model.incidents import IncidentStatus

_INSTANT: Final = timedelta(microseconds=1)


@dataclass(frozen=True)
class Group:
    """An incident's share of an alert.

    Attributes:
        incident: id, derived from the group's key.
        requests: who asked to hear of it in this way; one request for a digest.
        sends_at: when the digest is sent, UTC; None: they are told at once.
        title: of an incident that it shares with others; None: it is made of the alert.
    """

    incident: str
    requests: tuple[NotifyRequest, ...]
    sends_at: datetime | None = None
    title: str | None = None

    def opened(self, alert: AlertChanged, code: str | None = None) -> Incident:
        """The incident as it begins, with no alert in it yet. ``code``: None: as if none were in use."""
        subject = alert.point_title if self.sends_at is None else f"récapitulatif du {short_local(self.sends_at)}"
        return Incident(
            id=self.incident,
            code=code or code_of(self.incident),
            status=IncidentStatus.OPEN,
            title=self.title or f"{alert.rule_title} – {subject}",
            rule=alert.rule,
            owner=alert.owner,
            severity=alert.severity,
            criticality=alert.criticality.value,
            opened_at=alert.since,
        )


def own_incident(alert: str) -> str:
    """The id of the incident that an alert has to itself, when people are told of it at once."""
    return derived_id("alert", alert)


def groups_of(
    alert: AlertChanged, now: datetime, decided: Container[str] = (), home: str | None = None, title: str | None = None
) -> Iterator[Group]:
    """The groups that an alert belongs to; none if nobody asked to hear of it.

    A digest of 05:00 takes what fired in (05:00 of the day before, 05:00], Europe/Paris. What comes after its digest
    was decided is in the next one.

    Args:
        decided: ids of the digests that take nothing more.
        home: the incident of those who are told at once; None: one of its own.
        title: of an incident that it shares with others.
    """
    at_once = tuple(request for request in alert.notify if request.digest is None)
    if at_once:
        yield Group(home or own_incident(alert.alert), at_once, title=title)
    digests = {(request.team, request.digest): request for request in reversed(alert.notify) if request.digest}
    for (_, clock), request in reversed(digests.items()):
        yield _digest(alert, request, time.fromisoformat(clock), max(alert.at, now) - _INSTANT, decided)


def _digest(
    alert: AlertChanged, request: NotifyRequest, clock: time, after: datetime, decided: Container[str]
) -> Group:
    sends_at = next_at(clock, after)
    incident = derived_id("digest", alert.rule, request.team, sends_at.isoformat())
    if incident in decided:
        return _digest(alert, request, clock, sends_at, decided)
    return Group(incident, (request,), sends_at)
