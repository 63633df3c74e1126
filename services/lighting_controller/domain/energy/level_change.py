"""What changed about a luminaire and when: the history from which its energy is counted and its nights are drawn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct

from services.lighting_controller.domain.fault import Fault
from services.lighting_controller.domain.luminaire import Luminaire

HEARD_AGAIN: Final = timedelta(minutes=15)
"""A report that comes so long after the last is noted although it says the same: somebody may ask what was known."""


class What(StrEnum):
    """What changed: what is wanted of it, what it says of its light, or what is wrong with it."""

    TARGET = "target"
    LIGHT = "light"
    FAULT = "fault"


class LevelChange(Struct, frozen=True, kw_only=True):
    """From ``at`` on this holds of the luminaire, until the next change of the same sort.

    Attributes:
        level: percent; of LIGHT its own, or the command that it says is in effect if it can't tell.
        power_w: watts that it measured, with LIGHT.
        source, by: of the wish that won, with TARGET.
        fault: with FAULT; None: it is well.
        heard_until: until when what it said before is known to have been so, with LIGHT.
        power_only: a LIGHT whose level is the one before.
        id: grows with each change of one luminaire; 0: not stored yet.
    """

    luminaire: str
    what: What
    at: datetime
    level: int | None = None
    power_w: float | None = None
    source: str | None = None
    by: str | None = None
    fault: Fault | None = None
    heard_until: datetime | None = None
    power_only: bool = False
    id: int = 0


def light_level(luminaire: Luminaire) -> int | None:
    """Percent that it says it has: its light's, else the command's that is in effect; None: not heard."""
    return luminaire.feedback if luminaire.actual is None else luminaire.actual


def changes_between(before: Luminaire, after: Luminaire, now: datetime) -> Iterator[LevelChange]:
    """What is to be noted of a luminaire that is stored anew at ``now``; of most reports nothing is."""
    # Two reports of one moment may differ: before a command, and after it.
    heard = after.reported_at if _word(after) != _word(before) else None
    if after.target is not None and after.target != before.target:
        target = after.target
        level, source = target.level, target.source.value
        yield LevelChange(luminaire=after.id, what=What.TARGET, at=now, level=level, source=source, by=target.by)
    if heard is not None and (change := _light(before, after, heard)):
        yield change
    if after.fault != before.fault:
        yield LevelChange(luminaire=after.id, what=What.FAULT, at=heard or now, fault=after.fault)


def _word(luminaire: Luminaire) -> tuple[datetime | None, int | None, float | None]:
    return luminaire.reported_at, light_level(luminaire), luminaire.power_w


def _light(before: Luminaire, after: Luminaire, at: datetime) -> LevelChange | None:
    last = before.reported_at
    same = light_level(before) == light_level(after)
    at_once = last is not None and at - last <= HEARD_AGAIN
    if same and at_once and before.power_w == after.power_w:
        return None
    return LevelChange(
        luminaire=after.id,
        what=What.LIGHT,
        at=at,
        level=light_level(after),
        power_w=after.power_w,
        heard_until=last,
        power_only=same and at_once,
    )
