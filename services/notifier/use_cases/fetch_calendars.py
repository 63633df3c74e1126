"""Fetches the calendars that schedules are made from; what can't be had leaves the last good copy in force."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from services.notifier.domain.on_call.roster import Roster
from services.notifier.domain.on_call.schedule import Feed, Plan
from services.notifier.domain.people.team import Person
from services.notifier.sources.ical import CalendarPlan, read_calendar
from services.notifier.storage.calendars import Calendars, StoredCalendar
from services.notifier.storage.on_call import Watches
from shared.errors import InputError
from shared.runtime.database import Database

_log: Final = logging.getLogger(__name__)

EVERY: Final = timedelta(minutes=10)
"""How often a calendar is fetched."""

_FIRST_WAIT: Final = timedelta(minutes=1)

Fetch = Callable[[Feed], str]


class Fetched(StrEnum):
    """How a try went."""

    NEW = "new"
    UNCHANGED = "unchanged"
    FAILED = "failed"


def fetch_calendars(
    database: Database, roster: Roster, people: Mapping[str, Person], fetch: Fetch, now: datetime
) -> list[Fetched]:
    """Fetch those that are due; how each went."""
    feeds = {schedule.id: schedule.feed for schedule in roster.schedules.values() if schedule.feed is not None}
    with database.transaction() as transaction:
        known = Calendars(transaction).all()
        if known.keys() - feeds.keys():
            Calendars(transaction).keep(feeds)
    return list(_fetched(database, feeds, known, lambda feed: _tried(feed, people, fetch, now), now))


def _fetched(
    database: Database,
    feeds: Mapping[str, Feed],
    known: Mapping[str, StoredCalendar],
    tried: Callable[[Feed], str],
    now: datetime,
) -> Iterator[Fetched]:
    for schedule, feed in feeds.items():
        before = known.get(schedule) or StoredCalendar(schedule=schedule, source="", due_at=now)
        if before.due_at > now and before.source == _digest(feed.where):
            continue
        # Outside any transaction: a calendar may take seconds.
        after = _after(replace(before, source=_digest(feed.where), tried_at=now), feed, tried, now)
        with database.transaction() as transaction:
            Calendars(transaction).put(after)
            if after.digest != before.digest:
                Watches(transaction).hurry(schedule)
        yield Fetched.FAILED if after.failures else Fetched.NEW if after.digest != before.digest else Fetched.UNCHANGED


def _after(before: StoredCalendar, feed: Feed, tried: Callable[[Feed], str], now: datetime) -> StoredCalendar:
    try:
        content = tried(feed)
    except InputError as error:
        _log.warning("%s", error, extra={"schedule": before.schedule, "failures": before.failures + 1})
        wait = min(_FIRST_WAIT * (1 << min(before.failures, 10)), EVERY)
        return replace(before, failures=before.failures + 1, failure=str(error), due_at=now + wait)
    return replace(
        before,
        content=content,
        digest=_digest(content),
        fetched_at=now,
        failures=0,
        failure=None,
        due_at=now + EVERY,
    )


def _tried(feed: Feed, people: Mapping[str, Person], fetch: Fetch, now: datetime) -> str:
    """The calendar, if it can be had and read."""
    content = fetch(feed)
    read_calendar(content, people.values()).try_out(now)
    return content


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class KnownCalendars:
    """The calendars as this process has read them; a new copy is read when it is first asked for."""

    def __init__(self, roster: Roster, people: Mapping[str, Person]) -> None:
        self._roster = roster
        self._people = people
        self._read: dict[str, tuple[str, CalendarPlan]] = {}
        self._has_feeds = any(schedule.feed is not None for schedule in roster.schedules.values())

    def roster(self, database: Database) -> Roster:
        """The schedules with the last good copies of their calendars."""
        if not self._has_feeds:
            return self._roster
        with database.transaction() as transaction:
            calendars = Calendars(transaction)
            for schedule, digest in calendars.digests().items():
                if self._read.get(schedule, ("", None))[0] != digest:
                    self._take(schedule, digest, calendars.content(schedule))
        plans: dict[str, Plan] = {schedule: plan for schedule, (_, plan) in self._read.items()}
        return self._roster.with_calendars(plans)

    def _take(self, schedule: str, digest: str, content: str) -> None:
        try:
            self._read[schedule] = digest, read_calendar(content, self._people.values())
        except InputError as error:
            # It could be read when it was fetched, by another version perhaps: what this process knows stays.
            _log.warning("%s", error, extra={"schedule": schedule})
