"""Makes notifications of alerts and incidents: for each person a text, a medium and an id that is never made twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.notifier.domain.channel import Carriers, Medium
from services.notifier.domain.composing.rendering import (
    Facts,
    Layouts,
    MovedFacts,
    alert_facts,
    note_for,
    plain_text,
)
from services.notifier.domain.delivering.budgets import Budgets
from services.notifier.domain.delivering.delivering import Decision, queued
from services.notifier.domain.delivering.line import Line, lines_of, quiet_lines_of
from services.notifier.domain.delivering.notification import Kind, Notification
from services.notifier.domain.incidents.changing import Change
from services.notifier.domain.incidents.incident import Incident, derived_id
from services.notifier.domain.on_call.roster import NOBODY, Roster
from services.notifier.domain.people.routing import (
    Occasion,
    Recipient,
    team_recipients,
)
from services.notifier.domain.people.team import Teams
from services.notifier.domain.severity import most_critical
from shared.model.alerts import AlertChanged, Criticality, NotifyRequest


@dataclass(frozen=True)
class Composer:
    """Knows the people, the layouts, the channels in use, and what they may cost."""

    teams: Teams
    layouts: Layouts
    carriers: Carriers
    roster: Roster = NOBODY
    budgets: Budgets = field(default_factory=Budgets)

    def tell(
        self,
        alert: AlertChanged,
        incident: Incident,
        told: Sequence[Notification],
        now: datetime,
        media: Sequence[Medium] = tuple(Medium),
    ) -> list[Notification]:
        """What was held back, or joined the incident: to who heard nothing of it the beginning, to the others more.

        Args:
            told: what was told, or is to be, of the incident.
            media: those over which more is told.
        """
        lines = lines_of(told)
        return each_once(
            self._more(alert, incident, request, recipient, line, now)
            for request in alert.notify
            if request.digest is None
            for recipient in team_recipients(self.teams, request.team, occasion=self.occasion(now, alert.severity))
            if (line := lines.get((recipient.person, recipient.medium))) is None or recipient.medium in media
        )

    def resolve(
        self, alert: AlertChanged, incident: Incident, told: Sequence[Notification], now: datetime
    ) -> list[Notification]:
        """To everybody who was told of any level, at the same address, and never before that. Nobody is called to be
        told that all is well: the end of a call comes as a text, once, whether or not texts came before."""
        lines = quiet_lines_of(told).items()
        return [self._resolve(alert, incident, line, medium, now) for (_, medium), line in lines if line.hears_of_end]

    def change(self, change: Change) -> list[Notification]:
        """A rise to everybody who asked for the level that was reached, whatever they heard before; a fall by mail
        (and to machines) alone, so that who reads none hears of the end."""
        media = tuple(Medium) if change.kind is Kind.WORSEN else (Medium.EMAIL, Medium.WEBHOOK)
        occasion = self.occasion(change.now, change.alert.severity)
        return each_once(
            self._change(change, request, recipient)
            for request in change.group.requests
            for recipient in team_recipients(self.teams, request.team, occasion=occasion)
            if recipient.medium in media
        )

    def moved(
        self, missed: Notification, incident: Incident, recipient: Recipient, why: str, told: Line | None, now: datetime
    ) -> Notification:
        """The same notice to somebody else, or another way.

        Args:
            why: what became of it, in the words of the one who reads it.
            told: what the recipient heard of the incident over this medium.
        """
        is_other = recipient.person != missed.person
        facts = MovedFacts(
            code=incident.code,
            title=incident.title,
            text=plain_text(missed.subject, missed.body),
            why=why,
            meant_for=missed.recipient if is_other else "",
        )
        notice = self.notice(
            Kind.MOVED,
            recipient,
            facts,
            key=("moved-on", missed.id, recipient.person, recipient.medium.value),
            incident=incident.id,
            criticality=missed.criticality,
            decision=queued(now) if told is None else told.next(missed.kind, now),
            now=now,
            trace=missed.trace,
            after=None if told is None else told.last.id,
        )
        return replace(notice, kind=missed.kind)

    def about(
        self,
        incident: Incident | None,
        kind: Kind,
        recipient: Recipient,
        facts: Facts,
        key: tuple[str, ...],
        line: Line | None,
        now: datetime,
    ) -> Notification:
        """A notice about an incident itself, or about none, after what its listener heard of it before.

        Args:
            key: what makes it this one, beside incident, kind, person and medium.
        """
        return self.notice(
            kind,
            recipient,
            facts,
            key=("" if incident is None else incident.id, recipient.person, recipient.medium.value, kind.value, *key),
            incident=None if incident is None else incident.id,
            criticality=Criticality.NORMAL.value if incident is None else incident.criticality,
            decision=queued(now) if line is None else line.next(kind, now),
            now=now,
            trace="",
            after=None if line is None else line.last.id,
        )

    def by_mail(
        self, kind: Kind, recipient: Recipient, facts: Facts, key: tuple[str, ...], now: datetime
    ) -> Notification:
        """A mail that belongs to no incident.

        Args:
            key: what makes it this one; the person is part of it already.
        """
        return self.notice(
            kind,
            recipient,
            facts,
            key=(kind.value, *key, recipient.person),
            incident=None,
            criticality=Criticality.NORMAL.value,
            decision=queued(now),
            now=now,
            trace="",
        )

    def own(self, kind: Kind, recipient: Recipient, facts: Facts, now: datetime, *key: str) -> Notification:
        """A notice of no alert, about telling itself."""
        return self.notice(
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

    def occasion(self, now: datetime, severity: str = "") -> Occasion:
        """What decides, at that moment, who of a team is told and over which media."""
        return Occasion(now, severity, self.roster)

    def _change(self, change: Change, request: NotifyRequest, recipient: Recipient) -> Notification:
        alert, line = change.alert, change.lines.get((recipient.person, recipient.medium))
        # With its moment in the key: a level that is reached again is told again.
        what = (change.kind.value, alert.severity, alert.at.isoformat())
        return self.notice(
            change.kind,
            recipient,
            alert_facts(alert, change.incident.code, request.message, note_for(recipient), recipient.language),
            key=(change.incident.id, recipient.person, recipient.medium.value, *what),
            incident=change.incident.id,
            criticality=alert.criticality.value,
            decision=queued(change.now) if line is None else line.next(change.kind, change.now),
            now=change.now,
            trace=alert.trace,
            after=None if line is None else line.last.id,
        )

    def _more(
        self,
        alert: AlertChanged,
        incident: Incident,
        request: NotifyRequest,
        recipient: Recipient,
        line: Line | None,
        now: datetime,
    ) -> Notification:
        kind = Kind.FIRE if line is None else Kind.UPDATE
        what = (kind.value,) if line is None else (kind.value, now.isoformat())
        return self.notice(
            kind,
            recipient,
            alert_facts(alert, incident.code, request.message, note_for(recipient), recipient.language),
            key=(incident.id, recipient.person, recipient.medium.value, *what),
            incident=incident.id,
            criticality=alert.criticality.value,
            decision=queued(now) if line is None else line.next(kind, now),
            now=now,
            trace=alert.trace,
            after=None if line is None else line.last.id,
        )

    def _resolve(
        self, alert: AlertChanged, incident: Incident, line: Line, medium: Medium, now: datetime
    ) -> Notification:
        last = line.last
        recipient = last.again_over(medium, last.address)
        return self.notice(
            Kind.RESOLVE,
            recipient,
            alert_facts(alert, incident.code, "", "", recipient.language),
            # With its moment in the key: what opened again has another end.
            key=(incident.id, last.person, medium.value, Kind.RESOLVE.value, alert.at.isoformat()),
            incident=incident.id,
            # As it was told when it was told most urgently.
            criticality=most_critical(*(notice.criticality for notice in line.notices)),
            decision=line.next(Kind.RESOLVE, now),
            now=now,
            trace=alert.trace,
            after=last.id,
        )

    def notice(
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
        text = self.layouts.render(kind, recipient.medium, facts, recipient.language)
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
            language=recipient.language,
        )


def each_once(notifications: Iterable[Notification]) -> list[Notification]:
    """Of several with one id the first."""
    unique: dict[str, Notification] = {}
    for notification in notifications:
        unique.setdefault(notification.id, notification)
    return list(unique.values())
