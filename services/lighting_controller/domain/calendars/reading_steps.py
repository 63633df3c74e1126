"""Reads the steps of a programme: ``dusk - 15 min: 100 %``, ``22:30: 70 %``."""

from __future__ import annotations

import re
from datetime import time, timedelta
from functools import partial
from typing import Any, Final

from services.lighting_controller.domain.calendars.programme import Step, SunTime, When
from services.lighting_controller.domain.daylight import SunEvent
from services.lighting_controller.domain.reading import Faulty, Reading
from services.lighting_controller.domain.reading_quantities import duration, percent
from shared.documents import Path, did_you_mean

_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_SUN: Final = re.compile(r"([a-z]+)(?:\s*([+-])\s*(\d.*))?")


def read_steps(reading: Reading, path: Path) -> tuple[Step, ...]:
    """The steps of the mapping there; faulty ones are left out."""
    if not reading.is_mapping(path, "steps, by time"):
        return ()
    steps: list[Step] = []
    for key, value in reading.at(path).items():
        when = reading.attempt((*path, key), partial(_next_time, steps), key, key=True)
        if when is not None:
            level = reading.attempt((*path, key), partial(percent, slug="step-level"), value)
            steps += [] if level is None else [Step(when, level)]
    return tuple(steps)


def read_when(text: Any) -> When:
    """A time of the night, by the clock or the sun.

    Raises:
        Faulty: it is none.
    """
    clock = _CLOCK.fullmatch(str(text))
    if clock:
        return time(int(clock[1]), int(clock[2]))
    sun = _SUN.fullmatch(str(text))
    words = [event.value for event in SunEvent]
    if sun is None or sun[1] not in words:
        hint = did_you_mean(str(text), words) or f"write HH:MM, or one of {', '.join(words)}, with '+ 15 min' if wanted"
        raise Faulty("step-time", f"'{text}' is no time of a night", hint)
    return SunTime(SunEvent(sun[1]), _offset(sun[2], sun[3]))


def _next_time(before: list[Step], text: str) -> When:
    """Steps of one sort must follow each other through the night, noon to noon."""
    when = read_when(text)
    earlier = [step.when for step in before if isinstance(step.when, SunTime) == isinstance(when, SunTime)]
    if earlier and _order(when) <= _order(earlier[-1]):
        raise Faulty("step-order", "this step comes before the one above it", "write the steps from noon to noon")
    return when


def _offset(sign: str | None, text: str | None) -> timedelta:
    offset = timedelta() if text is None else duration(text, "step-time", "for example dusk + 15 min")
    return -offset if sign == "-" else offset


def _order(when: When) -> tuple[int, timedelta]:
    if isinstance(when, SunTime):
        return list(SunEvent).index(when.event), when.offset
    minutes = timedelta(hours=when.hour, minutes=when.minute)
    return 0, minutes if when.hour >= 12 else minutes + timedelta(days=1)
