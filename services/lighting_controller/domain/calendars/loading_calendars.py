"""The calendars of the groups, read from ``lighting/calendars.yaml``; every fault with its line and column.

In their order: special nights (``nights``), calendars with their programmes and day rules, extinction zones. What is
read without a fault is then held against the law: nothing may be dark at night without a bylaw.
"""

from __future__ import annotations

from typing import Final

from services.lighting_controller.domain.calendars.bylaw import Bylaws
from services.lighting_controller.domain.calendars.calendar import Calendar, Calendars, Category
from services.lighting_controller.domain.calendars.lawfulness import Written, faults_of, warnings_of
from services.lighting_controller.domain.calendars.nights import Occasion
from services.lighting_controller.domain.calendars.reading_bylaws import read_extinctions
from services.lighting_controller.domain.calendars.reading_calendars import read_calendar
from services.lighting_controller.domain.calendars.reading_nights import KEYS, Occasions, read_nights
from services.lighting_controller.domain.reading import Reading, among, begin
from shared.documents import Path
from shared.errors import ProblemsFound

_CALENDAR: Final = ("id", "title", "groups", "category", "steps", "programmes", "days")


def load_calendars(text: str, file: str) -> Calendars:
    """Read the file.

    Raises:
        ProblemsFound: with all faults.
    """
    reading = begin(text, file, ["calendars"], ["default", "nights", "extinctions"])
    document = reading.document
    occasions = _occasions(reading)
    written, by_group = _calendars(reading, occasions)
    extinctions = read_extinctions(reading, occasions, by_group)
    default = _default(reading, written)
    if default is None or reading.problems:
        raise ProblemsFound(reading.problems)
    unbound = frozenset(group for group, own in by_group.items() if own.category is not Category.ROAD)
    bylaws = Bylaws(tuple(extinctions), unbound)
    if faults := [fault for each in written for fault in faults_of(each, bylaws, document)]:
        raise ProblemsFound(faults)
    warnings = tuple(warning for each in written for warning in warnings_of(each, document))
    return Calendars(default, by_group, bylaws, warnings)


def _occasions(reading: Reading) -> Occasions:
    found: dict[str, Occasion] = {}
    for path in reading.entries("nights", "a special night: id, title, on", ("id", "title", *KEYS), ("id", "title")):
        entry, nights = reading.at(path), read_nights(reading, path)
        if entry["id"] in found:
            reading.note((*path, "id"), "double-id", f"a second night '{entry['id']}'")
        if nights is not None and not nights.conditions:
            reading.note(path, "shape", f"when is '{entry['id']}'?", f"say it by {', '.join(KEYS)}")
        elif nights is not None:
            found[entry["id"]] = Occasion(entry["id"], entry["title"], nights)
    return found


def _calendars(reading: Reading, occasions: Occasions) -> tuple[list[Written], dict[str, Calendar]]:
    written: dict[str, Written] = {}
    by_group: dict[str, Calendar] = {}
    for path in reading.entries("calendars", "a calendar: id, title, groups, steps", _CALENDAR, ("id", "title")):
        calendar = read_calendar(reading, path, occasions)
        if calendar is None:
            continue
        if calendar.id in written:
            reading.note((*path, "id"), "double-id", f"a second calendar '{calendar.id}'")
        groups = _groups(reading, path, calendar, by_group)
        written[calendar.id] = Written(calendar, path, groups)
    return list(written.values()), by_group


def _groups(reading: Reading, path: Path, calendar: Calendar, by_group: dict[str, Calendar]) -> tuple[str, ...]:
    groups = reading.ids((*path, "groups"), "groups")
    for index, group in enumerate(groups):
        if group in by_group:
            message = f"'{group}' follows '{by_group[group].id}' already"
            reading.note((*path, "groups", index), "double-group", message)
        by_group[group] = calendar
    return groups


def _default(reading: Reading, written: list[Written]) -> Calendar | None:
    name, ids = reading.at(("default",)), {each.calendar.id: each for each in written}
    read = among(ids, "unknown-calendar", "calendar", "name the calendar of all groups that have none")
    if reading.attempt(("default",), read, name) is None:
        return None
    ids[name].is_default = True
    return ids[name].calendar
