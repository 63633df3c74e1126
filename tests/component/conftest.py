"""Component tests run all services for real in this process: SQLite files, in-memory bus, virtual clock, HTTP on a
free loopback port. Nothing is replaced; what would leave the machine goes to the notifier's own outbox."""

from __future__ import annotations

import eventlet

# Before anything else is imported, as the vigie command does.
eventlet.monkey_patch()

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from services.console.city import City
from services.console.replaying import Replay
from services.console.scenario_files import load_scenarios
from shared.runtime.clock import VirtualClock
from shared.runtime.settings import Secret, Settings, shipped_rules

RULE_FOLDERS = ("bruit", "dechets", "eclairage", "gemapi", "mobilite")


@dataclass(frozen=True)
class Running:
    """A running city and the way to ask it."""

    city: City
    rpc: Any


@pytest.fixture
def rules_with(tmp_path: Path) -> Callable[[str], Path]:
    """A function that gives a rules folder like the shipped one, but with these rules alone.

    The demonstration's own points are left out: their lamps would switch through every night of a long recording.
    So are limits of what people are told: all that the rules lead to is wanted.
    """

    def make(rules: str) -> Path:
        folder = tmp_path / "rules"
        folder.mkdir()
        for item in shipped_rules().iterdir():
            if item.name not in (*RULE_FOLDERS, "inventory", "notifier"):
                (folder / item.name).symlink_to(item)
        shipped = shipped_rules() / "inventory"
        shutil.copytree(shipped, folder / "inventory", ignore=shutil.ignore_patterns("metropole"))
        (folder / "gemapi").mkdir()
        (folder / "gemapi" / "rules.yaml").write_text(rules, encoding="utf-8")
        return folder

    return make


@pytest.fixture
def running(tmp_path: Path) -> Callable[..., Any]:
    """A function that runs a city, as a context manager, at a moment of a virtual clock."""

    @contextmanager
    def run(
        start: datetime,
        rules: Path | None = None,
        data: Path | None = None,
        recorded_points: str = "no",
        operator_key: str | None = None,
    ) -> Iterator[Running]:
        settings = replace(
            Settings(),
            listen="127.0.0.1:0",
            # Each city listens elsewhere; what two of them say is compared.
            public_url="http://127.0.0.1:8080",
            rules_dir=rules or shipped_rules(),
            recorded_points=recorded_points,
            operator_key=None if operator_key is None else Secret(operator_key),
        )
        city = City(settings, data or tmp_path / "city", VirtualClock(start))
        with city.running() as rpc:
            yield Running(city, rpc)

    return run


@pytest.fixture
def replayed(running: Callable[..., Any], tmp_path: Path) -> Callable[..., Any]:
    """A function that plays a recording, whole or until a moment; as a context manager, the city at its end."""

    @contextmanager
    def play(
        recording: str, rules: Path | None = None, data: Path | None = None, until: datetime | None = None
    ) -> Iterator[Running]:
        scenario = load_scenarios(shipped_rules())[recording]
        start, _ = next(scenario.instants())
        with running(start, rules, data) as at_work:
            for _ in Replay(at_work.city, at_work.rpc, scenario).run(lambda at: until is None or at <= until):
                pass
            yield at_work

    return play
