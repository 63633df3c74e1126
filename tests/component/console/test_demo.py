"""The demonstration's first day and a half shows every directorate at work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from services.console.city import City
from services.console.replaying import Replay
from services.console.scenario_files import load_scenarios
from shared.runtime.clock import VirtualClock
from shared.runtime.settings import Settings, shipped_rules
from tests.component.reading import rows

DIRECTORATES = {"bruit", "dechets", "eclairage", "gemapi", "mobilite"}
MONDAY = datetime(2022, 1, 10, 10, 15, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture(scope="module")
def first_days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data folder of a demonstration that has come to Monday morning: twelve seconds of ``make demo``."""
    folder = tmp_path_factory.mktemp("demo")
    scenario = load_scenarios(shipped_rules())["demo"]
    start, _ = next(scenario.instants())
    city = City(replace(Settings(), listen="127.0.0.1:0"), folder, VirtualClock(start))
    with city.running() as rpc:
        for _ in Replay(city, rpc, scenario).run(lambda moment: moment <= MONDAY):
            pass
        yield folder


def fired(folder: Path) -> set[str]:
    """The rules that fired."""
    return {rule for rule, kind in rows(folder, "rules_engine", "transition", "rule, kind") if kind == "fired"}


@pytest.mark.slow
def test_each_directorate_has_two_rules_that_fired(first_days: Path) -> None:
    by_directorate = defaultdict(set)
    for rule in fired(first_days):
        by_directorate[rule.split(".")[0]].add(rule)
    assert {name for name, rules in by_directorate.items() if len(rules) >= 2} == DIRECTORATES


@pytest.mark.slow
def test_one_directorate_lights_what_another_sees(first_days: Path) -> None:
    lit = set(rows(first_days, "lighting_controller", "override", '"group", rule'))
    assert lit >= {
        ("berges-huveaune", "gemapi.huveaune.crue"),
        ("la-plaine", "eclairage.la-plaine.rue-animee"),
        ("vieux-port", "eclairage.ciel-noir"),
    }


@pytest.mark.slow
def test_every_directorate_tells_somebody(first_days: Path) -> None:
    teams = {team.split("-")[0] for (team,) in rows(first_days, "notifier", "notification", "team")}
    assert teams == DIRECTORATES


@pytest.mark.slow
def test_nothing_that_is_played_is_refused(first_days: Path) -> None:
    assert rows(first_days, "telemetry", "rejection", "reason, device") == []
    qualities = {quality for (quality,) in rows(first_days, "telemetry", "observation", "quality")}
    assert qualities == {"good"}
