"""Made-up calendars against the oracle that walks minute by minute, for a whole year each, anywhere in France."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from typing import Any

from services.lighting_controller.domain.calendars.loading_calendars import load_calendars
from services.lighting_controller.domain.daylight import Site
from tests.unit.services.lighting_controller.domain.calendars.walked import GROUP, PARIS, made_up, walk

_FIRST = date(2027, 7, 1)
"""A year with both changes of the clocks and 29 February."""
_NIGHTS = 366
_EVERY = 10


def run(calendars: int, seed: int) -> dict[str, Any]:
    """How many minutes differ from the oracle, and the first that does."""
    chance = random.Random(seed)  # noqa: S311 - made-up calendars, not secrets
    minutes, wrong = 0, list[str]()
    for number in range(1, calendars + 1):
        data, where = made_up(chance), (chance.uniform(43, 51), chance.uniform(-4.7, 8.2))
        plan = load_calendars(json.dumps(data), "c.yaml").plan_of(GROUP, Site(*where, PARIS))
        intervals = plan.intervals(next(walk(data, where, _FIRST, 1))[0])
        current = next(intervals)
        for moment, level in walk(data, where, _FIRST, _NIGHTS):
            while moment >= current.until:
                current = next(intervals)
            minutes += 1
            if current.level != level:
                wrong.append(f"{moment}: {current.level} instead of {level} at {where}: {json.dumps(data)}")
        if number % _EVERY == 0:
            print(f"lighting-calendars: {number} of {calendars}, {len(wrong)} minutes differ", flush=True)  # noqa: T201
    return {
        "calendars": calendars, "minutes": minutes, "wrong": len(wrong), "first": wrong[0] if wrong else None,
        "good": not wrong and minutes == calendars * timedelta(days=_NIGHTS) // timedelta(minutes=1),
    }  # fmt: skip
