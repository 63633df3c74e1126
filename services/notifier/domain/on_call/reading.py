"""Turns the text of ``on-call.yaml`` into schedules, or into all its problems at once."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.notifier.domain.on_call.rotation import Hours, Rotation, at
from services.notifier.domain.on_call.schedule import Feed, Layer, Override, Schedule
from services.notifier.domain.on_call.shift import Span
from services.notifier.domain.on_call.written import (
    HOURS_KEYS,
    OVERRIDE_KEYS,
    WEEKDAYS,
    Length,
    WrittenHours,
    WrittenLayer,
    WrittenOverride,
    WrittenSchedule,
)
from shared.civil_time import PARIS
from shared.documents import Document, Path, did_you_mean, read
from shared.errors import ProblemsFound
from shared.problems import Problem

_ID: Final = re.compile(r"[a-z0-9][a-z0-9._-]*")
_LENGTHS: Final = {"daily": timedelta(days=1), "weekly": timedelta(days=7)}
_LONGEST: Final = timedelta(days=366)
_MIDNIGHT: Final = time(0)


def load_schedules(text: str, file: str, people: Container[str], owners: Container[str]) -> dict[str, Schedule]:
    """Read the file; the schedules by id.

    Args:
        people: ids of all who may be on call.
        owners: the teams, and the directorates that a team answers for.

    Raises:
        ProblemsFound: with all problems, each with its place.
    """
    reading = _Reading(read(text, file), people, owners)
    schedules = reading.schedules()
    if reading.problems:
        raise ProblemsFound(sorted(set(reading.problems), key=lambda found: (found.span.line, found.span.column)))
    return schedules


class _Reading:
    """One document, and the problems found so far."""

    def __init__(self, document: Document, people: Container[str], owners: Container[str]) -> None:
        self._document = document
        self._people = people
        self._owners = owners
        self.problems: list[Problem] = []

    def schedules(self) -> dict[str, Schedule]:
        found: dict[str, Schedule] = {}
        for path, written in self._written():
            if not _ID.fullmatch(written.id):
                self._note(
                    (*path, "id"), "id", f"'{written.id}' can't be an id", "small letters, digits, '-', '_', '.'"
                )
            if written.id in found:
                self._note((*path, "id"), "double-id", f"a second '{written.id}'")
            found[written.id] = self._schedule(path, written)
        return found

    def _written(self) -> Iterator[tuple[Path, WrittenSchedule]]:
        things = self._document.data.get("schedules") if isinstance(self._document.data, dict) else None
        if not isinstance(things, list):
            self._note(("schedules",), "shape", "a list is wanted under schedules: each begins with '- '")
            return
        self.problems.extend(self._document.unknown_keys((), ("schedules",)))
        for index, thing in enumerate(things):
            path: Path = ("schedules", index)
            self._check_keys(path, thing)
            try:
                yield path, self._document.convert(path, WrittenSchedule)
            except ProblemsFound as error:
                self.problems.extend(error.problems)

    def _check_keys(self, path: Path, thing: Any) -> None:
        """What msgspec passes over."""
        self._known(path, thing, WrittenSchedule.__struct_fields__)
        for name, allowed in {
            "layers": WrittenLayer.__struct_fields__,
            "overrides": OVERRIDE_KEYS,
            "needed": HOURS_KEYS,
        }.items():
            for where, part in _parts((*path, name), thing, name):
                self._known(where, part, allowed)
                for deeper, hours in _parts((*where, "only"), part, "only"):
                    self._known(deeper, hours, HOURS_KEYS)

    def _known(self, path: Path, thing: Any, allowed: Iterable[str]) -> None:
        if isinstance(thing, dict):
            self.problems.extend(self._document.unknown_keys(path, allowed))

    def _schedule(self, path: Path, written: WrittenSchedule) -> Schedule:
        zone = self._zone((*path, "zone"), written.zone)
        if written.owner not in self._owners:
            hint = did_you_mean(written.owner, _listed(self._owners)) or "a team or a directorate of teams.yaml"
            self._note((*path, "owner"), "unknown-team", f"no team '{written.owner}' to tell of gaps", hint)
        if not written.layers and written.ical is None:
            self._note(path, "nobody", f"'{written.id}' has neither layers nor ical", "say who takes turns, or where")
        layers = (self._layer((*path, "layers", index), item) for index, item in enumerate(written.layers))
        overrides = (self._override((*path, "overrides", i), item, zone) for i, item in enumerate(written.overrides))
        return Schedule(
            id=written.id,
            title=written.title,
            owner=written.owner,
            zone=zone,
            plans=tuple(layer for layer in layers if layer is not None),
            overrides=tuple(item for item in overrides if item is not None),
            needed=self._all_hours((*path, "needed"), written.needed),
            feed=self._feed((*path, "ical"), written),
        )

    def _layer(self, path: Path, written: WrittenLayer) -> Layer | None:
        starts, clock = self._day((*path, "starts"), written.starts), self._clock((*path, "at"), written.at)
        turn = self._turn((*path, "rotation"), written.rotation)
        only = self._all_hours((*path, "only"), written.only)
        for index, person in enumerate(written.people):
            self._person((*path, "people", index), person)
        if not written.people:
            self._note((*path, "people"), "nobody", f"nobody takes turns in '{written.name}'")
        if starts is not None and written.weekday is not None:
            self._check_weekday(path, starts, written.weekday, turn)
        if starts is None or clock is None or turn is None or not written.people:
            return None
        rotation = Rotation(tuple(written.people), datetime.combine(starts, clock), turn)
        return Layer(written.name, rotation, only)

    def _check_weekday(self, path: Path, starts: date, weekday: str, turn: timedelta | None) -> None:
        wanted = WEEKDAYS.index(weekday)
        if turn is not None and turn % _LENGTHS["weekly"]:
            self._note((*path, "weekday"), "weekday", "turns that are no weeks change on other days each time")
        if starts.weekday() != wanted:
            near = starts - timedelta(days=(starts.weekday() - wanted) % 7)
            message = f"{starts} is no {weekday}, on which turns are to change"
            self._note((*path, "starts"), "weekday", message, f"starts: {near}, or {near + _LENGTHS['weekly']}")

    def _turn(self, path: Path, written: str | Length) -> timedelta | None:
        if isinstance(written, str):
            return _LENGTHS[written]
        turn = timedelta(days=written.days, hours=written.hours)
        if written.days < 0 or written.hours < 0 or not timedelta(0) < turn <= _LONGEST:
            self._note(path, "rotation", "a turn lasts an hour at least and 366 days at most", "rotation: {days: 3}")
            return None
        return turn

    def _override(self, path: Path, written: WrittenOverride, zone: ZoneInfo) -> Override | None:
        self._person((*path, "person"), written.person)
        begins = self._moment((*path, "from"), written.begins, zone)
        until = self._moment((*path, "until"), written.until, zone)
        if begins is None or until is None:
            return None
        if begins >= until:
            self._note((*path, "until"), "order", f"'{written.until}' is not later than '{written.begins}'")
            return None
        return Override(written.person, Span(begins, until), written.reason)

    def _all_hours(self, path: Path, written: list[WrittenHours]) -> tuple[Hours, ...]:
        read = (self._hours((*path, index), item) for index, item in enumerate(written))
        return tuple(found for found in read if found is not None)

    def _hours(self, path: Path, written: WrittenHours) -> Hours | None:
        begins, ends = self._clock((*path, "from"), written.begins), self._clock((*path, "to"), written.ends)
        if written.days == []:
            self._note((*path, "days"), "days", "no day is named", f"some of {', '.join(WEEKDAYS)}")
        if begins is None or ends is None:
            return None
        days = WEEKDAYS if written.days is None else written.days
        return Hours(frozenset(WEEKDAYS.index(day) for day in days), begins, ends)

    def _feed(self, path: Path, written: WrittenSchedule) -> Feed | None:
        if written.ical is None:
            return None
        if "://" in written.ical and not written.ical.startswith(("https://", "http://")):
            self._note(path, "address", "a calendar is fetched by https:// or http://, or is a file beside this one")
        return Feed(written.ical, written.allow_private)

    def _person(self, path: Path, name: str) -> None:
        if name not in self._people:
            hint = did_you_mean(name, _listed(self._people))
            self._note(path, "unknown-person", f"no person '{name}' in teams.yaml", hint)

    def _zone(self, path: Path, name: str) -> ZoneInfo:
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self._note(path, "zone", f"no time zone '{name}'", "for example Europe/Paris")
            return PARIS

    def _day(self, path: Path, text: str) -> date | None:
        try:
            return date.fromisoformat(text)
        except ValueError:
            self._note(path, "date", f"'{text}' is not a day", "for example 2026-01-05")
            return None

    def _clock(self, path: Path, text: str) -> time | None:
        if text == "24:00":
            return _MIDNIGHT
        try:
            found = time.fromisoformat(text)
        except ValueError:
            found = None
        if found is None or found.tzinfo is not None:
            self._note(path, "clock", f"'{text}' is not a time of day", "for example 08:00")
            return None
        return found

    def _moment(self, path: Path, text: str, zone: ZoneInfo) -> datetime | None:
        """As the clocks of the schedule show it, unless it names an offset."""
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            self._note(path, "moment", f"'{text}' is not a moment", "for example 2026-07-14 08:00")
            return None
        return at(found, zone) if found.tzinfo is None else found

    def _note(self, path: Path, slug: str, message: str, hint: str | None = None) -> None:
        self.problems.append(self._document.problem(path, slug, message, hint))


def _parts(path: Path, thing: Any, name: str) -> Iterator[tuple[Path, Any]]:
    parts = thing.get(name) if isinstance(thing, dict) else None
    if isinstance(parts, list):
        yield from (((*path, index), part) for index, part in enumerate(parts))


def _listed(known: Container[str]) -> list[str]:
    return list(known) if isinstance(known, Mapping | set | frozenset | list | tuple) else []
