"""Answers who is on call, when others are, and when nobody is. Names are shown, addresses never."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.on_call.rotation import at
from services.notifier.domain.on_call.schedule import Schedule
from services.notifier.domain.on_call.shift import Shift, Span
from services.notifier.domain.on_call.watching import gaps_ahead
from services.notifier.domain.people.team import Person
from services.notifier.storage.calendars import Calendars, StoredCalendar
from shared.errors import InputError, NotFound
from shared.runtime.database import Database

MOST_DAYS: Final = 400
_IN_SIGHT: Final = timedelta(days=60)
_BEHIND: Final = timedelta(days=35)
_YEARS: Final = (1970, 2200)


def who_is_on_call(database: Database, composer: Composer, name: str, moment: datetime) -> dict[str, Any]:
    """Who is on call in a schedule, or for a team, and until when; whom to ask next; how its calendar came.

    Raises:
        NotFound: there is no such schedule, nor a team that is told by one.
    """
    schedule = _schedule(composer, name)
    shift = next(
        found
        for found in schedule.shifts(Span(moment - _BEHIND, moment + _IN_SIGHT))
        if found.span.start <= moment < found.span.end
    )
    people = composer.teams.people
    with database.transaction() as transaction:
        calendar = Calendars(transaction).all().get(schedule.id)
    return _plain(
        _head(schedule, composer)
        | {
            "at": moment,
            **_shift(shift, people),
            "ladder": [[_person(person, people) for person in rung] for rung in schedule.ladder(moment)],
            "calendar": None if calendar is None else _calendar(calendar),
        }
    )


def on_call_shifts(composer: Composer, name: str, start: datetime, days: int) -> dict[str, Any]:
    """The shifts of some days, gaps among them, cut at both ends.

    Raises:
        NotFound: as above.
        InputError: that many days can't be shown.
    """
    schedule = _schedule(composer, name)
    # Days of the clock: one of them has 23 hours, one 25.
    end = at(start.astimezone(schedule.zone).replace(tzinfo=None) + _days(days), schedule.zone)
    shifts = schedule.shifts(Span(start, end))
    return _plain(_head(schedule, composer) | {"shifts": [_shift(shift, composer.teams.people) for shift in shifts]})


def on_call_gaps(composer: Composer, now: datetime, days: int, name: str | None = None) -> list[dict[str, Any]]:
    """The gaps that begin within some days, of one schedule or of all; never what is over.

    Raises:
        NotFound, InputError: as above.
    """
    ahead = _days(days)
    schedules = list(composer.roster.schedules.values()) if name is None else [_schedule(composer, name)]
    found = [
        _head(schedule, composer)
        | {"gaps": [{"start": gap.starts_at, "end": gap.ends_at} for gap in gaps_ahead(schedule, now, ahead)]}
        for schedule in schedules
    ]
    plain: list[dict[str, Any]] = msgspec.to_builtins(found)
    return plain


def moment_of(text: str | None, now: datetime, composer: Composer, name: str) -> datetime:
    """A moment as people write it: RFC 3339, or by the clocks of the schedule; nothing: now.

    Raises:
        InputError: it is none.
        NotFound: as above.
    """
    zone = _schedule(composer, name).zone
    if not text:
        return now
    try:
        # In an address a "+" is a space.
        found = datetime.fromisoformat(re.sub(r" (?=\d\d:\d\d$)(?<=:\d\d )", "+", text))
    except ValueError:
        raise InputError(f"'{text[:40]}' is no moment: '2026-10-25 02:30', or RFC 3339") from None
    if not _YEARS[0] <= found.year <= _YEARS[1]:
        raise InputError(f"the year {found.year} is not asked for: {_YEARS[0]} to {_YEARS[1]}")
    return at(found, zone) if found.tzinfo is None else found.astimezone(UTC)


def _days(days: int) -> timedelta:
    if not 1 <= days <= MOST_DAYS:
        raise InputError(f"{days} days can't be shown: 1 to {MOST_DAYS}")
    return timedelta(days=days)


def _schedule(composer: Composer, name: str) -> Schedule:
    team = composer.teams.by_id.get(name)
    found = composer.roster.schedules.get(name) or composer.roster.schedules.get((team and team.on_call) or "")
    if found is None:
        raise NotFound("schedule, nor team with one,", name)
    return found


def _head(schedule: Schedule, composer: Composer) -> dict[str, Any]:
    return {
        "schedule": schedule.id,
        "title": schedule.title,
        "zone": schedule.zone.key,
        "teams": [team.id for team in composer.teams.told_by(schedule.id)],
    }


def _shift(shift: Shift, people: Mapping[str, Person]) -> dict[str, Any]:
    return {
        "start": shift.span.start,
        "end": shift.span.end,
        "people": [_person(person, people) for person in shift.people],
        "by": shift.by,
    }


def _person(person: str, people: Mapping[str, Person]) -> dict[str, str]:
    known = people.get(person)
    return {"id": person, "shown": person if known is None else known.shown}


def _calendar(calendar: StoredCalendar) -> dict[str, Any]:
    return {
        "fetched_at": calendar.fetched_at,
        "tried_at": calendar.tried_at,
        "failures": calendar.failures,
        "failure": calendar.failure,
    }


def _plain(shown: dict[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(shown)
    return plain
