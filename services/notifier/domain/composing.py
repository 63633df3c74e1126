"""Makes notifications: for each person who is to be told, the text, the medium and an id that is never made twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from services.notifier.domain.budgets import Budgets
from services.notifier.domain.changing import Change
from services.notifier.domain.channel import Carriers, Medium
from services.notifier.domain.delivering import GRACE, Decision, Reason, queued
from services.notifier.domain.digesting import Digest, Digested
from services.notifier.domain.grouping import Group
from services.notifier.domain.incident import Incident, derived_id
from services.notifier.domain.line import Line, lines_of
from services.notifier.domain.notification import Kind, Notification
from services.notifier.domain.rendering import (
    Facts,
    Layouts,
    alert_facts,
    digest_facts,
    note_for,
    override_facts,
)
from services.notifier.domain.routing import Recipient, RouteReason, owner_recipients, team_recipients
from services.notifier.domain.team import Teams
from shared.model.alerts import AlertChanged, Criticality, NotifyRequest
from shared.model.incidents import NotificationState
from shared.model.lighting import OverrideChanged, OverrideState

_OVERRIDE_KINDS: Final = {
    OverrideState.USED_UP: Kind.OVERRIDE_USED_UP,
    OverrideState.GRANTED_AGAIN: Kind.OVERRIDE_GRANTED_AGAIN,
}


@dataclass(frozen=True)
class Composer:
    """Knows the people, the layouts, the channels in use, and what they may cost."""

    teams: Teams
    layouts: Layouts
    carriers: Carriers
    budgets: Budgets = field(default_factory=Budgets)

    def fire(self, alert: AlertChanged, group: Group, incident: Incident, now: datetime) -> list[Notification]:
        """To everybody who asked to hear of it at once; a person in two teams is told once per medium."""
        return _each_once(
            self._notification(
                Kind.FIRE,
                recipient,
                alert_facts(alert, incident.code, request.message, note_for(recipient)),
                key=(incident.id, recipient.person, recipient.medium.value, Kind.FIRE.value),
                incident=incident.id,
                criticality=alert.criticality.value,
                decision=queued(now),
                now=now,
                trace=alert.trace,
            )
            for request in group.requests
            for recipient in team_recipients(self.teams, request.team)
        )

    def resolve(
        self, alert: AlertChanged, incident: Incident, told: Sequence[Notification], now: datetime
    ) -> list[Notification]:
        """To everybody who was told of any level, at the same address, and never before that."""
        return [self._resolve(alert, incident, line, now) for line in lines_of(told).values()]

    def change(self, change: Change) -> list[Notification]:
        """A rise to everybody who asked for the level that was reached, whatever they heard before; a fall by mail
        alone, so that who reads none hears of the end."""
        media = tuple(Medium) if change.kind is Kind.WORSEN else (Medium.EMAIL,)
        return _each_once(
            self._change(change, request, recipient)
            for request in change.group.requests
            for recipient in team_recipients(self.teams, request.team)
            if recipient.medium in media
        )

    def digest(self, digest: Digest, found: Digested, incident: Incident, now: datetime) -> list[Notification]:
        """One mail to each member of the team."""
        return _each_once(
            self._notification(
                Kind.DIGEST,
                recipient,
                digest_facts(digest, found, incident, note_for(recipient)),
                key=(incident.id, recipient.person, recipient.medium.value, Kind.DIGEST.value),
                incident=incident.id,
                criticality=incident.criticality,
                decision=queued(now),
                now=now,
                trace="",
            )
            for recipient in team_recipients(self.teams, digest.team, (Medium.EMAIL,))
        )

    def override(self, event: OverrideChanged, incident: str | None, now: datetime) -> list[Notification]:
        """To those who answer for the rule. A notice that time is used up and the one that it is granted again
        have the same id: the second takes the place of the first while that has not gone out."""
        kind = _OVERRIDE_KINDS[event.state]
        again = kind is Kind.OVERRIDE_GRANTED_AGAIN
        waits = Decision(NotificationState.QUEUED, Reason.WAITS_FOR_GRANT, now + GRACE)
        return _each_once(
            self._notification(
                kind,
                recipient,
                override_facts(event, note_for(recipient)),
                key=("override", event.override, event.at.isoformat(), recipient.person, recipient.medium.value),
                incident=incident,
                criticality=(Criticality.VITAL if again else Criticality.NORMAL).value,
                decision=queued(now) if again else waits,
                now=now,
                trace=event.trace,
            )
            for recipient in owner_recipients(self.teams, event.owner)
        )

    def own(self, kind: Kind, recipient: Recipient, facts: Facts, now: datetime, *key: str) -> Notification:
        """A notice of no alert, about telling itself."""
        return self._notification(
            kind,
            recipient,
            facts,
            key=(*key, recipient.person, recipient.medium.value, kind.value),
            incident=None,
            criticality=Criticality.NORMAL.value,
            decision=queued(now),
            now=now,
            trace="",
        )

    def _change(self, change: Change, request: NotifyRequest, recipient: Recipient) -> Notification:
        alert, line = change.alert, change.lines.get((recipient.person, recipient.medium))
        # With its moment in the key: a level that is reached again is told again.
        what = (change.kind.value, alert.severity, alert.at.isoformat())
        return self._notification(
            change.kind,
            recipient,
            alert_facts(alert, change.incident.code, request.message, note_for(recipient)),
            key=(change.incident.id, recipient.person, recipient.medium.value, *what),
            incident=change.incident.id,
            criticality=alert.criticality.value,
            decision=queued(change.now) if line is None else line.next(change.kind, change.now),
            now=change.now,
            trace=alert.trace,
            after=None if line is None else line.last.id,
        )

    def _resolve(self, alert: AlertChanged, incident: Incident, line: Line, now: datetime) -> Notification:
        # Taken from what was told last, not from the teams of today: who was told is told.
        last = line.last
        recipient = Recipient(
            person=last.person,
            shown=last.recipient,
            medium=last.medium,
            address=last.address,
            team=last.team,
            meant_for=last.team,
            reason=RouteReason.TOLD_OF_FIRE,
        )
        return self._notification(
            Kind.RESOLVE,
            recipient,
            alert_facts(alert, incident.code, "", ""),
            key=(incident.id, last.person, last.medium.value, Kind.RESOLVE.value),
            incident=incident.id,
            criticality=last.criticality,
            decision=line.next(Kind.RESOLVE, now),
            now=now,
            trace=alert.trace,
            after=last.id,
        )

    def _notification(
        self,
        kind: Kind,
        recipient: Recipient,
        facts: Facts,
        *,
        key: tuple[str, ...],
        incident: str | None,
        criticality: str,
        decision: Decision,
        now: datetime,
        trace: str,
        after: str | None = None,
    ) -> Notification:
        text = self.layouts.render(kind, recipient.medium, facts)
        return Notification(
            id=derived_id("notification", *key),
            kind=kind,
            incident=incident,
            criticality=criticality,
            team=recipient.team,
            person=recipient.person,
            recipient=recipient.shown,
            medium=recipient.medium,
            channel=self.carriers.of(recipient.medium).name,
            address=recipient.address,
            route=recipient.reason,
            state=decision.state,
            reason=decision.reason,
            subject=text.subject,
            body=text.body,
            queued_at=now,
            changed_at=now,
            due_at=decision.due_at,
            after=after,
            trace=trace,
        )


def _each_once(notifications: Iterable[Notification]) -> list[Notification]:
    unique: dict[str, Notification] = {}
    for notification in notifications:
        unique.setdefault(notification.id, notification)
    return list(unique.values())
