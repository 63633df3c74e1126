"""A city that runs by the machine's clock is stopped for six hours; what telemetry had taken meanwhile comes then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import eventlet
from sqlalchemy import text

from services.console.city import City
from shared import bus
from shared.model.observations import Observation, Observations
from shared.runtime.settings import Settings

SPOKE, SILENT = "garonne-portet", "garonne-toulouse"
AWAY = timedelta(hours=6)
RULES = f"""\
- id: gemapi.muette
  title: "Station muette"
  owner: gemapi
  for_each: {{kind: water-level, points: [{SPOKE}, {SILENT}]}}
  when: {{absent_for: [level, 2 h]}}
  severity: minor
  then:
    - notify: {{team: gemapi-maintenance, message: "{{point}}"}}
"""


class Ahead:
    """The machine's clock, and some more."""

    def __init__(self, more: timedelta = timedelta()) -> None:
        self._more = more

    def now(self) -> datetime:
        return datetime.now(UTC) + self._more


def observe(city: City, point: str, *ages: timedelta) -> None:
    """Telemetry takes levels of a point, each as old as that."""
    part = bus.partition_of(point)
    with city.databases[bus.TELEMETRY].transaction() as transaction:
        for age in ages:
            seen = Observation(point=point, property="level", time=city.clock.now() - age, value=1.0, unit="m")
            message = Observations(partition=part, observations=(seen,))
            transaction.publish(bus.OBSERVATIONS, message, routing_key=str(part))


def wait_for(fact: Callable[[], bool], what: str) -> None:
    with eventlet.Timeout(60, AssertionError(f"not so: {what}")):
        while not fact():
            eventlet.sleep(0.02)


def states(city: City) -> list[Any]:
    with city.databases[bus.RULES_ENGINE].transaction() as transaction:
        return list(transaction.connection.scalars(text("SELECT point FROM alert_state ORDER BY point")))


def test_only_who_really_was_silent_is_told(rules_with: Callable[[str], Path], tmp_path: Path) -> None:
    settings = replace(Settings(), listen="127.0.0.1:0", rules_dir=rules_with(RULES), recorded_points="yes")
    before = City(settings, tmp_path / "city", Ahead())
    with before.running():
        for point in (SPOKE, SILENT):
            observe(before, point, timedelta(0))
        wait_for(lambda: states(before) == [SPOKE, SILENT], "both are watched")
    after = City(settings, tmp_path / "city", Ahead(AWAY))
    observe(after, SPOKE, *(timedelta(minutes=15 * quarters) for quarters in range(23, -1, -1)))
    with after.running() as rpc:
        wait_for(lambda: bool(rpc.rules_engine.alerts()), "the silence is told")
        told = {(each["point"], each["kind"]) for each in rpc.rules_engine.transitions()}
    assert told == {(SILENT, "fired")}
