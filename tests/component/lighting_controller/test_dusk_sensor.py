"""The shipped rule of the dusk sensor over recorded daylight, from its readings to the lamps of a group whose calendar
has no steps: the rule alone switches them, eight times in four days (rules/recordings/SOURCES.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.rules_engine.domain.playing import Seen
from shared.model.lighting import LightingRequested, LuminaireChanged
from shared.model.message import decode
from shared.model.observations import Observation
from tests.component.rules_engine.playground import Run
from tests.rules.watching import city, moved, observed, watching

BERLIN = ZoneInfo("Europe/Berlin")
GROUP = "cours-mirabeau"
NO_STEPS = f"""\
default: night
calendars:
  - {{id: night, title: Nuit, steps: {{dusk: 100 %, dawn: 0 %}}}}
  - {{id: sensor, title: Capteur, groups: [{GROUP}], steps: {{}}}}
"""
SWITCHINGS = [
    "29 06:31:08 off", "29 20:28:08 on", "30 06:24:08 off", "30 20:33:08 on",
    "31 06:30:08 off", "31 20:25:08 on", "01 06:27:38 off", "01 20:28:38 on",
]  # fmt: skip
WINDOW, TOGETHER = 10, 20
"""Readings of the five minutes whose median the rule looks at; and of the ten that may come together."""


def arrivals(readings: Sequence[Seen]) -> Iterator[Sequence[Seen]]:
    """Readings as they come: one by one, and ten minutes together where the light is far from both thresholds."""
    index = 0
    while index < len(readings):
        values = [seen.sample.value for seen in readings[max(0, index - WINDOW) : index + TOGETHER]]
        is_far = index >= TOGETHER and (max(values) < 10 or min(values) > 100)
        yield readings[index : index + (TOGETHER if is_far else 1)]
        index += TOGETHER if is_far else 1


def switchings(changes: Sequence[LuminaireChanged], lamp: str) -> list[str]:
    """When the light of a lamp went on or off, by the recording's clocks."""
    found, lit = [], False
    for change in changes:
        if change.luminaire == lamp and change.actual is not None and (change.actual > 0) != lit:
            lit = not lit
            found.append(f"{change.at.astimezone(BERLIN):%d %H:%M:%S} {'on' if lit else 'off'}")
    return found


@pytest.mark.slow
def test_the_dusk_sensor_switches_a_group_without_calendar_eight_times(
    controller_of: Callable[..., Any], database_of: Callable[..., Any]
) -> None:
    readings = observed("light-tuebingen-2023")
    book = watching(["eclairage.crepuscule"], city(moved("tuebingen-toit", tags=("crepuscule",))))
    engine = Run(database_of("rules_engine"), book, now=readings[0].moment)
    controller = controller_of({GROUP: ("lamp-1", "lamp-2")}, now=readings[0].moment, text=NO_STEPS)
    assert controller.actual(GROUP) == [0, 0]
    begun, handed = len(controller.changes()), 0

    def hand_over() -> None:
        nonlocal handed
        controller.run_until(engine.now)
        query = "SELECT id, body FROM outbox WHERE event = 'lighting_requested' AND id > ? ORDER BY id"
        with engine.database.transaction() as transaction:
            asked = transaction.connection.exec_driver_sql(query, (handed,)).all()
        if asked:
            controller.take(*(decode(row.body, LightingRequested) for row in asked))
            handed = asked[-1].id

    for some in arrivals(readings):
        engine.until(some[-1].moment, hand_over)
        engine.observe(_observation(seen) for seen in some)
        hand_over()
    engine.until(engine.now + timedelta(minutes=1), hand_over)
    changes = controller.changes()[begun:]
    # The recording begins in the night: the lamps go on with the first median.
    for lamp in ("lamp-1", "lamp-2"):
        assert switchings(changes, lamp) == ["29 00:01:08 on", *SWITCHINGS]
    assert {change.actual for change in changes} == {0, 100}


def _observation(seen: Seen) -> Observation:
    sample = seen.sample
    return Observation(
        point=seen.point, property=seen.name, time=sample.time, value=sample.value, unit="lx", quality=sample.quality
    )  # fmt: skip
