"""Makes the notices that come after no other: digests, ends of silences, what became of overrides, opt-outs."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime
from typing import Final

from services.notifier.domain.channel import Medium
from services.notifier.domain.composing.composing import Composer, each_once
from services.notifier.domain.composing.digesting import Digest, Digested
from services.notifier.domain.composing.rendering import digest_facts, note_for, override_facts, silence_facts
from services.notifier.domain.composing.words import WORDS
from services.notifier.domain.delivering.delivering import GRACE, Decision, Reason, queued
from services.notifier.domain.delivering.notification import Kind, Notification
from services.notifier.domain.incidents.incident import Incident
from services.notifier.domain.incidents.incident_facts import OptOutFacts
from services.notifier.domain.muting.silence import Silence
from services.notifier.domain.people.routing import owner_recipients, someone, team_recipients
from shared.civil_time import PARIS
from shared.model.alerts import Criticality
from shared.model.incidents import NotificationState
from shared.model.lighting import OverrideChanged, OverrideState

_OVERRIDE_KINDS: Final = {
    OverrideState.USED_UP: Kind.OVERRIDE_USED_UP,
    OverrideState.GRANTED_AGAIN: Kind.OVERRIDE_GRANTED_AGAIN,
    OverrideState.CUT: Kind.OVERRIDE_CUT,
}


def digest_mails(
    composer: Composer, digest: Digest, found: Digested, incident: Incident, now: datetime
) -> list[Notification]:
    """One mail to each member of the team."""
    return each_once(
        composer.notice(
            Kind.DIGEST,
            recipient,
            digest_facts(digest, found, incident, note_for(recipient), recipient.language),
            key=(incident.id, recipient.person, recipient.medium.value, Kind.DIGEST.value),
            incident=incident.id,
            criticality=incident.criticality,
            decision=queued(now),
            now=now,
            trace="",
        )
        for recipient in team_recipients(composer.teams, digest.team, (Medium.EMAIL,), composer.occasion(now))
    )


def silence_ends(composer: Composer, silence: Silence, now: datetime) -> list[Notification]:
    """A mail to its owner."""
    return each_once(
        composer.notice(
            Kind.SILENCE_ENDS,
            recipient,
            silence_facts(silence, note_for(recipient), recipient.language),
            key=("silence", silence.id, recipient.person, recipient.medium.value),
            incident=None,
            criticality=Criticality.NORMAL.value,
            decision=queued(now),
            now=now,
            trace="",
        )
        for recipient in someone(composer.teams, silence.owner)
    )


def override_notices(
    composer: Composer, event: OverrideChanged, incident: str | None, now: datetime
) -> list[Notification]:
    """To those who answer for the rule. A notice that time is used up and the one that it is granted again
    have the same id: the second takes the place of the first while that has not gone out. Each limit that cuts the
    override is a matter of its own, and waits for nothing."""
    kind = _OVERRIDE_KINDS[event.state]
    again = kind is Kind.OVERRIDE_GRANTED_AGAIN
    waits = Decision(NotificationState.QUEUED, Reason.WAITS_FOR_GRANT, now + GRACE)
    what = ("cut", event.cut) if kind is Kind.OVERRIDE_CUT else ()
    return each_once(
        composer.notice(
            kind,
            recipient,
            override_facts(event, note_for(recipient), recipient.language),
            key=("override", event.override, event.at.isoformat(), recipient.person, recipient.medium.value, *what),
            incident=incident,
            criticality=(Criticality.VITAL if again else Criticality.NORMAL).value,
            decision=waits if kind is Kind.OVERRIDE_USED_UP else queued(now),
            now=now,
            trace=event.trace,
        )
        for recipient in owner_recipients(composer.teams, event.owner)
    )


def opted_out(composer: Composer, person: str, now: datetime, told_for: Container[str] = ()) -> list[Notification]:
    """To those who answer for the teams that tell this person by text message: they can't any more.

    Args:
        told_for: teams for which the person was told; who is on call for one need be no member of it.
    """
    known = composer.teams.person(person)
    every = composer.teams.by_id.values()
    teams = [team for team in every if known in team.reached_by(Medium.SMS) or team.id in told_for]
    owners = dict.fromkeys(
        composer.teams.directorate_of(team) or team.id for team in teams or [composer.teams.fallback]
    )
    shown = person if known is None else known.shown
    titles = tuple(team.title for team in teams)
    return each_once(
        composer.about(
            None,
            Kind.OPTED_OUT,
            recipient,
            OptOutFacts(person=shown, teams=titles, moment=WORDS[recipient.language].long(now, PARIS)),
            (person, now.isoformat()),
            None,
            now,
        )
        for owner in owners
        for recipient in owner_recipients(composer.teams, owner)
    )
