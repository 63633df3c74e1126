"""Looks at the schedules by which teams are told: changes of duty and gaps are told by mail, once each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.delivering.notification import Notification
from services.notifier.domain.on_call.facts import ShiftStory
from services.notifier.domain.on_call.schedule import Schedule
from services.notifier.domain.on_call.telling import gap_mails, hand_over_entries, hand_over_mails
from services.notifier.domain.on_call.watching import HandOver, Look, Watch, look
from services.notifier.storage.calendars import Calendars
from services.notifier.storage.ledger import Ledger
from services.notifier.storage.notifications import Notifications
from services.notifier.storage.on_call import ToldGaps, Watches
from services.notifier.storage.shift_stories import ShiftStories
from shared import bus
from shared.runtime.database import Database, Transaction

_UNKNOWN_AGAIN: Final = timedelta(hours=1)
_NOT_FETCHED_AGAIN: Final = timedelta(minutes=1)


def begin_watch(database: Database, composer: Composer) -> None:
    """Look at every schedule that a team is told by, at once: who is on call in it may have been edited."""
    with database.transaction() as transaction:
        Watches(transaction).begin(_attached(composer))


def keep_watch(database: Database, composer: Composer) -> None:
    """Look at those that are not looked at, at once: the database may have been away at the start."""
    if wanted := _attached(composer):
        with database.transaction() as transaction:
            Watches(transaction).add_missing(wanted)


def watch_duty(database: Database, composer: Composer, now: datetime) -> list[Look]:
    """Look at those that are due and queue the mails, in one transaction; what each look found."""
    with database.transaction() as transaction:
        looks = [_look(transaction, composer, watch, now) for watch in Watches(transaction).due(now)]
    return [found for found in looks if found is not None]


def _attached(composer: Composer) -> set[str]:
    """The schedules by which teams are told."""
    named = {team.on_call for team in composer.teams.by_id.values() if team.on_call is not None}
    return named & composer.roster.schedules.keys()


def _look(transaction: Transaction, composer: Composer, watch: Watch, now: datetime) -> Look | None:
    schedule = composer.roster.schedules.get(watch.schedule)
    if schedule is None or not composer.teams.told_by(schedule.id):
        # Another version of the file has it, and its process may take over.
        Watches(transaction).change(replace(watch, due_at=now + _UNKNOWN_AGAIN))
        return None
    if schedule.feed is not None and schedule.id not in Calendars(transaction).all():
        # Its calendar was never asked for: nobody knows yet whether there is a gap.
        Watches(transaction).change(replace(watch, due_at=now + _NOT_FETCHED_AGAIN))
        return None
    found = look(schedule, watch, ToldGaps(transaction).going_on(schedule.id, now), now)
    mails = gap_mails(composer, schedule, found.gaps, now) if found.gaps else []
    if found.handed_over is not None:
        story = _story(transaction, composer, schedule, found.handed_over, now)
        mails += hand_over_mails(composer, schedule, found.handed_over, story, now)
        Ledger(transaction).note(hand_over_entries(found.handed_over))
    ToldGaps(transaction).add(found.gaps)
    Watches(transaction).change(found.watch)
    _queue(transaction, mails)
    return found


def _story(
    transaction: Transaction, composer: Composer, schedule: Schedule, change: HandOver, now: datetime
) -> ShiftStory:
    teams = [team.id for team in composer.teams.told_by(schedule.id)]
    return ShiftStories(transaction, teams).story(change.since, now)


def _queue(transaction: Transaction, mails: Sequence[Notification]) -> None:
    for notification in Notifications(transaction).add(mails):
        transaction.publish(bus.NOTIFICATION_CHANGED, notification.changed())
