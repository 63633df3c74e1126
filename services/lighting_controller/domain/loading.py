"""The calendars of the groups, read from ``lighting/calendars.yaml``; every fault with its line and column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any, Final

from services.lighting_controller.domain.calendar import Calendar, Calendars, Step, SunTime
from services.lighting_controller.domain.daylight import SunEvent
from shared import documents
from shared.documents import Document, Path, did_you_mean
from shared.errors import ProblemsFound
from shared.problems import Problem
from shared.units import UnitError, parse_duration, parse_quantity

_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_SUN: Final = re.compile(r"([a-z]+)(?:\s*([+-])\s*(\d.*))?")
_KEYS: Final = ("id", "title", "groups", "steps")


class _Faulty(Exception):
    """Something can't be read; carries what the author is told."""

    def __init__(self, slug: str, message: str, hint: str | None = None) -> None:
        self.slug = slug
        self.hint = hint
        super().__init__(message)


def load_calendars(text: str, file: str) -> Calendars:
    """Read the file.

    Raises:
        ProblemsFound: with all faults.
    """
    document = documents.read(text, file)
    if not isinstance(document.data, dict) or not isinstance(document.data.get("calendars"), list):
        raise ProblemsFound([document.problem((), "shape", "expected a list under calendars:")])
    problems = list(document.unknown_keys((), ["calendars", "default"]))
    calendars: dict[str, Calendar] = {}
    by_group: dict[str, Calendar] = {}
    for index in range(len(document.data["calendars"])):
        path: Path = ("calendars", index)
        if shape := list(_shape(document, path)):
            problems.extend(shape)
            continue
        calendar, faults = _calendar(document, path)
        faults += _assign(document, path, calendar, calendars, by_group)
        problems.extend(faults)
    default = document.data.get("default")
    if not isinstance(default, str) or default not in calendars:
        hint = did_you_mean(str(default), calendars) or "name the calendar of all groups that have none"
        problems.append(document.problem(("default",), "unknown-calendar", f"no calendar '{default}'", hint))
        raise ProblemsFound(problems)
    if problems:
        raise ProblemsFound(problems)
    return Calendars(calendars[default], by_group)


def _shape(document: Document, path: Path) -> Iterator[Problem]:
    entry = document.data["calendars"][path[-1]]
    if not isinstance(entry, dict):
        yield document.problem(path, "shape", "expected a calendar: id, title, groups, steps")
        return
    yield from document.unknown_keys(path, _KEYS)
    for key, kind, words in (("id", str, "a text"), ("title", str, "a text"), ("steps", dict, "steps, by time")):
        if not isinstance(entry.get(key), kind):
            yield document.problem((*path, key), "shape", f"'{key}' must be {words}")
    groups = entry.get("groups", [])
    if not isinstance(groups, list) or not all(isinstance(group, str) for group in groups):
        yield document.problem((*path, "groups"), "shape", "'groups' must be a list of groups")


def _assign(
    document: Document, path: Path, calendar: Calendar, calendars: dict[str, Calendar], by_group: dict[str, Calendar]
) -> list[Problem]:
    problems = []
    if calendar.id in calendars:
        problems.append(document.problem((*path, "id"), "double-id", f"a second calendar '{calendar.id}'"))
    calendars[calendar.id] = calendar
    for index, group in enumerate(document.data["calendars"][path[-1]].get("groups", [])):
        if group in by_group:
            message = f"'{group}' follows '{by_group[group].id}' already"
            problems.append(document.problem((*path, "groups", index), "double-group", message))
        by_group[group] = calendar
    return problems


def _calendar(document: Document, path: Path) -> tuple[Calendar, list[Problem]]:
    entry = document.data["calendars"][path[-1]]
    steps: list[Step] = []
    problems: list[Problem] = []
    for key, value in entry["steps"].items():
        where = (*path, "steps", key)
        try:
            when = _when(key)
            _check_order(when, steps)
        except _Faulty as fault:
            problems.append(document.problem(where, fault.slug, str(fault), fault.hint, key=True))
            continue
        try:
            steps.append(Step(when, _level(value)))
        except _Faulty as fault:
            problems.append(document.problem(where, fault.slug, str(fault), fault.hint))
    return Calendar(entry["id"], entry["title"], tuple(steps)), problems


def _when(text: str) -> SunTime | time:
    clock = _CLOCK.fullmatch(text)
    if clock:
        return time(int(clock[1]), int(clock[2]))
    sun = _SUN.fullmatch(text)
    words = [event.value for event in SunEvent]
    if sun is None or sun[1] not in words:
        hint = did_you_mean(text, words) or f"write HH:MM, or one of {', '.join(words)}, with '+ 15 min' if wanted"
        raise _Faulty("step-time", f"'{text}' is no time of a night", hint)
    return SunTime(SunEvent(sun[1]), _offset(sun[2], sun[3]))


def _offset(sign: str | None, text: str | None) -> timedelta:
    if text is None:
        return timedelta()
    try:
        offset = parse_duration(text)
    except UnitError as error:
        raise _Faulty("step-time", str(error)) from error
    return -offset if sign == "-" else offset


def _level(value: Any) -> int:
    try:
        quantity = parse_quantity(value) if isinstance(value, str) else None
    except UnitError as error:
        raise _Faulty("step-level", str(error), "for example 50 %") from error
    if quantity is None or quantity.unit != "%":
        raise _Faulty("step-level", f"'{value}' is no level", "a level has its unit: 50 %")
    if quantity.value not in range(101):
        raise _Faulty("step-level", f"'{value}' is not a whole number from 0 % to 100 %")
    return int(quantity.value)


def _check_order(when: SunTime | time, before: list[Step]) -> None:
    """Steps of one sort must follow each other through the night, noon to noon."""
    earlier = [step.when for step in before if isinstance(step.when, SunTime) == isinstance(when, SunTime)]
    if earlier and _order(when) <= _order(earlier[-1]):
        raise _Faulty("step-order", "this step comes before the one above it", "write the steps from noon to noon")


def _order(when: SunTime | time) -> tuple[int, timedelta]:
    if isinstance(when, SunTime):
        return list(SunEvent).index(when.event), when.offset
    minutes = timedelta(hours=when.hour, minutes=when.minute)
    return 0, minutes if when.hour >= 12 else minutes + timedelta(days=1)
