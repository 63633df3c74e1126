"""Levels of day, evening and night as France divides them, and Lden (directive 2002/49/CE, annex I)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

import msgspec

from services.telemetry.domain.aggregating import Partial, energy_mean

Part = Literal["ld", "le", "ln"]

_DAY_BEGINS: Final = 6
_EVENING_BEGINS: Final = 18
_NIGHT_BEGINS: Final = 22
HOURS: Final[dict[Part, int]] = {"ld": 12, "le": 4, "ln": 8}
_PENALTY_DB: Final[dict[Part, float]] = {"ld": 0.0, "le": 5.0, "ln": 10.0}


class Levels(msgspec.Struct, frozen=True):
    """In dB; None where nothing was measured. ``lden`` needs all three."""

    ld: float | None = None
    le: float | None = None
    ln: float | None = None
    lden: float | None = None


class Exposure(msgspec.Struct, frozen=True):
    """Levels, and of how many values each is made."""

    levels: Levels
    counts: dict[Part, int]


def part_of_day(start: datetime, zone: ZoneInfo) -> Part:
    """To which part of the day an hour belongs; the night is 22 h - 6 h."""
    hour = start.astimezone(zone).hour
    if _DAY_BEGINS <= hour < _EVENING_BEGINS:
        return "ld"
    return "le" if _EVENING_BEGINS <= hour < _NIGHT_BEGINS else "ln"


def exposure(partials: Iterable[Partial], zone: ZoneInfo) -> Exposure:
    """The levels of bins no longer than an hour; those of one civil day, or of any time."""
    powers: dict[Part, float] = dict.fromkeys(HOURS, 0.0)
    counts: dict[Part, int] = dict.fromkeys(HOURS, 0)
    for partial in partials:
        part = part_of_day(datetime.fromtimestamp(partial.start, UTC), zone)
        powers[part] += partial.power
        counts[part] += partial.count
    means = {part: energy_mean(powers[part], counts[part]) for part in HOURS if counts[part]}
    complete = len(means) == len(HOURS)
    return Exposure(Levels(**means, lden=lden(means["ld"], means["le"], means["ln"]) if complete else None), counts)


def lden(ld: float, le: float, ln: float) -> float:
    """The day-evening-night level in dB: evening weighs 5 dB more, night 10 dB."""
    given: dict[Part, float] = {"ld": ld, "le": le, "ln": ln}
    energy = sum(HOURS[part] * 10 ** ((level + _PENALTY_DB[part]) / 10) for part, level in given.items())
    return 10 * math.log10(energy / 24)
