"""Reads one calendar: its ordinary steps, its other programmes, and the rules that say in which nights they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from services.lighting_controller.domain.calendars.calendar import ORDINARY, Calendar, Category, DayRule
from services.lighting_controller.domain.calendars.nights import Nights
from services.lighting_controller.domain.calendars.programme import Programme
from services.lighting_controller.domain.calendars.reading_nights import (
    KEYS,
    Occasions,
    any_of,
    read_named,
    read_nights,
)
from services.lighting_controller.domain.calendars.reading_steps import read_steps
from services.lighting_controller.domain.reading import Reading, among
from shared.documents import Path

_RULE: Final = ("night", *KEYS, "programme")


def read_calendar(reading: Reading, path: Path, occasions: Occasions) -> Calendar | None:
    """The calendar that stands there; None: it is of another shape."""
    entry = reading.at(path)
    if not isinstance(entry.get("steps"), dict):
        reading.note((*path, "steps"), "shape", "'steps' must be steps, by time")
        return None
    category = reading.attempt((*path, "category"), _category, entry.get("category", Category.ROAD))
    steps = read_steps(reading, (*path, "steps"))
    programmes = {ORDINARY: Programme(ORDINARY, steps), **_programmes(reading, (*path, "programmes"))}
    days = _days(reading, (*path, "days"), programmes, occasions)
    return Calendar(entry["id"], entry["title"], steps, days, category or Category.ROAD)


def _category(word: object) -> Category:
    return Category(among(Category, "unknown-category", "category")(word))


def _programmes(reading: Reading, path: Path) -> dict[str, Programme]:
    written = reading.at(path)
    if written is None or not reading.is_mapping(path, "programmes, by name, each with its steps"):
        return {}
    if ORDINARY in written:
        hint = "its steps stand under steps:"
        reading.note((*path, ORDINARY), "double-id", f"'{ORDINARY}' is the name of the ordinary one", hint, key=True)
    for name in written:
        if written[name] == {}:
            hint = "without any, nothing would be lit in those nights: dusk: 1 %, dawn: 0 % is the least"
            reading.note((*path, name), "shape", f"'{name}' has no steps", hint)
    return {name: Programme(name, read_steps(reading, (*path, name))) for name in written if name != ORDINARY}


def _days(
    reading: Reading, path: Path, programmes: Mapping[str, Programme], occasions: Occasions
) -> tuple[DayRule, ...]:
    written = reading.at(path)
    if written is None:
        return ()
    if not isinstance(written, list):
        reading.note(path, "shape", "'days' must be a list of rules: which nights, and their programme")
        return ()
    found = (_rule(reading, (*path, index), programmes, occasions) for index in range(len(written)))
    return tuple(rule for rule in found if rule is not None)


def _rule(reading: Reading, path: Path, programmes: Mapping[str, Programme], occasions: Occasions) -> DayRule | None:
    if not reading.is_mapping(path, "a rule: which nights, and their programme"):
        return None
    if not reading.has_words(path, _RULE, ("programme",)):
        return None
    name = reading.at((*path, "programme"))
    reading.attempt((*path, "programme"), among(programmes, "unknown-programme", "programme"), name)
    named = read_named(reading, (*path, "night"), occasions)
    nights = read_nights(reading, path)
    if nights is None or name not in programmes:
        return None
    conditions = (*(any_of(named).conditions if named else ()), *nights.conditions)
    if not conditions:
        if "night" not in reading.at(path):
            hint = f"say which nights by {', '.join(_RULE[:-1])}; all others have the ordinary steps"
            reading.note(path, "shape", "a rule for no night", hint)
        return None
    return DayRule(Nights(conditions), programmes[name], named)
