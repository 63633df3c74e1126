"""Reads a calendar that says who is on duty: iCalendar (RFC 5545), as agendas of any make write it."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

import recurring_ical_events  # type: ignore[import-untyped]
from icalendar import Calendar, Event

from services.notifier.domain.on_call.rotation import at
from services.notifier.domain.on_call.shift import Shift, Span, together
from services.notifier.domain.people.team import Person
from shared.civil_time import PARIS
from shared.errors import InputError

T = TypeVar("T")

_log: Final = logging.getLogger(__name__)

MOST_EVENTS: Final = 5_000
"""A calendar of duty with more than this is not one."""

BY: Final = "calendar"
_FREQUENCIES: Final = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_TOO_FINE: Final = ("BYSECOND", "BYMINUTE", "BYHOUR")
_EARLIEST: Final = 1970
_TRIED: Final = timedelta(days=62)
_NO: Final = frozenset({"CANCELLED", "DECLINED"})
# What the libraries raise for what is written wrongly.
_UNREADABLE: Final = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)


class CalendarPlan:
    """A calendar as a plan. What it was asked is kept by month: the same months are asked again and again.

    Args:
        calendar: judged by ``read_calendar``.
        people: who may be named in it.
    """

    def __init__(self, calendar: Calendar, people: Iterable[Person]) -> None:
        self._occurrences = recurring_ical_events.of(calendar)
        self._names = {person.id: _names(person) for person in people}
        self._months: dict[tuple[datetime, ZoneInfo], frozenset[Shift]] = {}

    def shifts(self, span: Span, zone: ZoneInfo) -> Sequence[Shift]:
        """Days and times without a zone are those of ``zone``. An event that names nobody known puts nobody on duty."""
        found = {shift for month in _months(span) for shift in self._month(month, zone)}
        return together(shift for shift in found if shift.span.common(span) is not None)

    def try_out(self, now: datetime) -> None:
        """Work out what it says of the two months from ``now`` on.

        Raises:
            InputError: it can't be worked out.
        """
        _guarded(lambda: list(self._read(Span(now, now + _TRIED), PARIS)))

    def strangers(self, span: Span) -> list[str]:
        """The summaries of the events in there that name nobody who is known, in order."""
        events = _guarded(lambda: self._occurrences.between(span.start, span.end))
        return [str(event.get("SUMMARY", "")) for event in events if _takes_place(event) and not self._people(event)]

    def _month(self, month: Span, zone: ZoneInfo) -> frozenset[Shift]:
        key = (month.start, zone)
        if key not in self._months:
            try:
                self._months[key] = frozenset(_guarded(lambda: list(self._read(month, zone))))
            except InputError as error:
                # It could be worked out for the next months when it was fetched: alerts must be told all the same.
                _log.warning("%s", error, extra={"month": month.start.isoformat()})
                self._months[key] = frozenset()
        return self._months[key]

    def _read(self, month: Span, zone: ZoneInfo) -> Iterator[Shift]:
        # A day more on both sides: the library compares days and times without a zone by the clock.
        margin = timedelta(days=1)
        for event in self._occurrences.between(month.start - margin, month.end + margin):
            people = self._people(event) if _takes_place(event) else ()
            start, end = _moment(event.start, zone), _moment(event.end, zone)
            if people and start < end:
                yield Shift(Span(start, end), people, BY)

    def _people(self, event: Event) -> tuple[str, ...]:
        """Those whom it invites; if it invites nobody known, those whom its summary names."""
        addressed = [text for item in _listed(event.get("ATTENDEE")) for text in _addressed(item)]
        invited = tuple(person for person, names in self._names.items() if names & set(addressed))
        return invited or self._named(f" {_plain(str(event.get('SUMMARY', '')))} ")

    def _named(self, summary: str) -> tuple[str, ...]:
        found = {person: _longest(names, summary) for person, names in self._names.items()}
        said = {person: name for person, name in found.items() if name}
        # Where both a "Camille" and a "Camille Roux" are known, the second was meant.
        return tuple(
            p for p, name in said.items() if not any(name != other and name in other for other in said.values())
        )


def read_calendar(text: str, people: Iterable[Person]) -> CalendarPlan:
    """Read and judge a calendar.

    Raises:
        InputError: it is none, or asks for more than a calendar of duty does. Nothing of its text is in the error.
    """
    calendar = _guarded(lambda: Calendar.from_ical(text))
    events = [part for part in calendar.walk() if isinstance(part, Event)]
    if calendar.name != "VCALENDAR":
        raise InputError("this is no calendar: BEGIN:VCALENDAR is missing")
    if len(events) > MOST_EVENTS:
        raise InputError(f"the calendar has {len(events)} events; at most {MOST_EVENTS} are read")
    _guarded(lambda: _judge(events))
    return _guarded(lambda: CalendarPlan(calendar, people))


def _judge(events: Iterable[Event]) -> None:
    """Refuse what would take for ever to work out."""
    for event in events:
        for rule in _listed(event.get("RRULE")):
            _judge_return(rule)
            if event.start.year < _EARLIEST:
                raise InputError(f"an event of the calendar comes back since before {_EARLIEST}")


def _judge_return(rule: Any) -> None:
    if set(rule.get("FREQ", ())) - _FREQUENCIES or any(part in rule for part in _TOO_FINE):
        raise InputError("an event of the calendar comes back more often than daily")
    if any(int(step) < 1 for step in rule.get("INTERVAL", ())):
        raise InputError("an event of the calendar comes back after no time")


def _guarded(act: Callable[[], T]) -> T:
    try:
        return act()
    except _UNREADABLE as error:
        raise InputError(f"the calendar can't be read: {type(error).__name__}") from None


def _takes_place(event: Event) -> bool:
    return str(event.get("STATUS", "")).upper() not in _NO


def _addressed(attendee: Any) -> Iterator[str]:
    """The address and the name of somebody invited who has not declined."""
    if str(attendee.params.get("PARTSTAT", "")).upper() in _NO:
        return
    yield _plain(re.sub(r"(?i)^mailto:", "", str(attendee)))
    if "CN" in attendee.params:
        yield _plain(str(attendee.params["CN"]))


def _names(person: Person) -> frozenset[str]:
    return frozenset(_plain(name) for name in (person.id, person.name, person.email) if name)


def _longest(names: Iterable[str], summary: str) -> str:
    """The longest of these that the summary has as words of its own; empty: none."""
    said = (name for name in names if re.search(rf"(?<![\w@.-]){re.escape(name)}(?![\w@-])", summary))
    return max(said, key=len, default="")


def _plain(text: str) -> str:
    """Without accents, capitals and spare spaces: people write names in all ways."""
    bare = "".join(mark for mark in unicodedata.normalize("NFKD", text) if not unicodedata.combining(mark))
    return " ".join(bare.casefold().split())


def _moment(value: date | datetime, zone: ZoneInfo) -> datetime:
    if not isinstance(value, datetime):
        return at(datetime(value.year, value.month, value.day), zone)  # noqa: DTZ001 - a day has no zone
    return at(value, zone) if value.tzinfo is None else value.astimezone(UTC)


def _months(span: Span) -> Iterator[Span]:
    start = span.start.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while start < span.end:
        end = (start + timedelta(days=32)).replace(day=1)
        yield Span(start, end)
        start = end


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
