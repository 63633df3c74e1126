"""How schedules are written in ``on-call.yaml``."""

from __future__ import annotations

from typing import Literal

import msgspec

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Length(msgspec.Struct, forbid_unknown_fields=True):
    """How long a turn lasts, when it is neither a day nor a week."""

    days: int = 0
    hours: int = 0


class WrittenHours(msgspec.Struct, rename={"begins": "from", "ends": "to"}):
    """Hours of some days; without days every day, without hours the whole day."""

    days: list[Weekday] | None = None
    begins: str = "00:00"
    ends: str = "00:00"


class WrittenLayer(msgspec.Struct):
    """A rotation, perhaps at some hours only."""

    name: str
    people: list[str]
    starts: str
    rotation: Literal["daily", "weekly"] | Length
    at: str = "08:00"
    weekday: Weekday | None = None
    only: list[WrittenHours] = []


class WrittenOverride(msgspec.Struct, rename={"begins": "from"}):
    """Somebody who takes over for a while."""

    person: str
    begins: str
    until: str
    reason: str = ""


class WrittenSchedule(msgspec.Struct):
    """A schedule: layers, or a calendar, or both."""

    id: str
    title: str
    owner: str
    zone: str = "Europe/Paris"
    layers: list[WrittenLayer] = []
    ical: str | None = None
    allow_private: bool = False
    overrides: list[WrittenOverride] = []
    needed: list[WrittenHours] = []


HOURS_KEYS = ("days", "from", "to")
OVERRIDE_KEYS = ("person", "from", "until", "reason")
