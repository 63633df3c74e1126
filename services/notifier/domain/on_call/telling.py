"""Makes the mails about duty: to the owner of a schedule about its gaps, to who comes and who goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from services.notifier.domain.channel import Medium
from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.composing.rendering import note_for
from services.notifier.domain.delivering.notification import Kind, Notification
from services.notifier.domain.ledger.ledger import Entry, Verdict, entry
from services.notifier.domain.on_call.facts import ShiftStory, gap_facts, hand_over_facts
from services.notifier.domain.on_call.schedule import Schedule
from services.notifier.domain.on_call.shift import Span
from services.notifier.domain.on_call.watching import HandOver, ToldGap
from services.notifier.domain.people.routing import RouteReason, person_recipients, team_recipients

_IN_SIGHT: Final = timedelta(days=35)


def gap_mails(composer: Composer, schedule: Schedule, gaps: Sequence[ToldGap], now: datetime) -> list[Notification]:
    """One to each who answers for the schedule, about all of these gaps."""
    key = (schedule.id, *(gap.id for gap in gaps))
    return [
        composer.by_mail(
            Kind.ON_CALL_GAPS,
            recipient,
            gap_facts(schedule, gaps, note_for(recipient), recipient.language),
            key,
            now,
        )
        for recipient in team_recipients(composer.teams, schedule.owner, (Medium.EMAIL,))
    ]


def hand_over_mails(
    composer: Composer, schedule: Schedule, change: HandOver, story: ShiftStory, now: datetime
) -> list[Notification]:
    """One to each who comes on duty, and one to each who goes off it, if they have an address."""
    until = _end_of_duty(schedule, change, now)
    team = composer.teams.told_by(schedule.id)[0]
    return [
        composer.by_mail(
            Kind.HAND_OVER,
            recipient,
            hand_over_facts(
                schedule,
                change,
                composer.teams.people,
                story,
                incoming=incoming,
                until=until,
                language=recipient.language,
            ),
            (schedule.id, change.at.isoformat(), str(incoming)),
            now,
        )
        for people, incoming in ((change.incoming, True), (change.relieved, False))
        for recipient in person_recipients(composer.teams, people, team, (Medium.EMAIL,), RouteReason.ON_CALL)
    ]


def hand_over_entries(change: HandOver) -> list[Entry]:
    """For the ledger: who came and who went."""
    turns = [(person, "comes on duty") for person in change.incoming]
    turns += [(person, "goes off duty") for person in change.relieved]
    return [
        entry(
            Verdict.HANDED_OVER,
            change.at,
            f"{change.schedule}: {what}",
            change.schedule,
            change.at.isoformat(),
            person,
            person=person,
        )
        for person, what in turns
    ]


def route_entry(composer: Composer, notification: Notification) -> Entry | None:
    """For the ledger: that a person is told as the one on call, or since nobody is; None: neither is so."""
    team = composer.teams.by_id.get(notification.team)
    if team is None or team.on_call is None or notification.incident is None:
        return None
    if notification.route is RouteReason.ON_CALL:
        verdict, words = Verdict.ROUTED, f"{team.on_call}: on call"
    elif notification.route is RouteReason.UNCOVERED:
        verdict, words = Verdict.UNCOVERED, f"{team.on_call}: nobody on call, members told"
    else:
        return None
    return entry(
        verdict,
        notification.queued_at,
        words,
        "on-call",
        notification.id,
        incident=notification.incident,
        notification=notification.id,
        team=team.id,
        person=notification.person,
        trace=notification.trace,
    )


def _end_of_duty(schedule: Schedule, change: HandOver, now: datetime) -> datetime | None:
    changes = schedule.changes(Span(now, now + _IN_SIGHT))
    return next((item.at for item in changes if set(item.after) != set(change.after)), None)
