"""Reads the extinction zones: the bylaw, since when, in which hours, which groups, and when it is lifted."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, Final

from services.lighting_controller.domain.calendars.bylaw import Extinction
from services.lighting_controller.domain.calendars.reading_nights import Occasions, read_day, read_named
from services.lighting_controller.domain.calendars.reading_steps import read_when
from services.lighting_controller.domain.reading import Faulty, Reading, among
from shared.documents import Path

_KEYS: Final = ("id", "bylaw", "since", "until", "from", "to", "groups", "lifted")
_TEXTS: Final = ("id", "bylaw", "since", "from", "to")


def read_extinctions(reading: Reading, occasions: Occasions, groups: Collection[str]) -> list[Extinction]:
    """All; ``groups``: those that have a calendar."""
    shape = "an extinction zone: id, bylaw, since, from, to, groups"
    found: dict[str, Extinction] = {}
    for path in reading.entries("extinctions", shape, _KEYS, _TEXTS):
        extinction = _extinction(reading, path, occasions, groups)
        if extinction is None:
            continue
        if extinction.id in found:
            reading.note((*path, "id"), "double-id", f"a second zone '{extinction.id}'")
        found[extinction.id] = extinction
    return list(found.values())


def _extinction(reading: Reading, path: Path, occasions: Occasions, groups: Collection[str]) -> Extinction | None:
    entry = reading.at(path)
    since = reading.attempt((*path, "since"), _date, entry["since"])
    until = reading.attempt((*path, "until"), _date, entry["until"]) if "until" in entry else None
    begins = reading.attempt((*path, "from"), read_when, entry["from"])
    ends = reading.attempt((*path, "to"), read_when, entry["to"])
    if since is not None and until is not None and until < since:
        reading.note((*path, "until"), "night-range", f"{until} comes before {since}")
    if not entry["bylaw"].strip():
        reading.note((*path, "bylaw"), "no-bylaw", "a zone needs the reference of its bylaw")
    zone = reading.texts((*path, "groups"), "a list of groups")
    if not zone:
        reading.note((*path, "groups"), "shape", "a zone without groups lets nothing be dark")
    for index, group in enumerate(zone):
        reading.attempt((*path, "groups", index), among(groups, "unknown-group", "calendar for group"), group)
    lifted = read_named(reading, (*path, "lifted"), occasions)
    if since is None or begins is None or ends is None:
        return None
    return Extinction(
        id=entry["id"], bylaw=entry["bylaw"], since=since, until=until, begins=begins, ends=ends,
        groups=frozenset(zone), lifted=lifted,
    )  # fmt: skip


def _date(value: Any) -> date:
    day = read_day(value)
    if not isinstance(day, date):
        raise Faulty("night-date", f"'{value}' is in no year", "write YYYY-MM-DD")
    return day
