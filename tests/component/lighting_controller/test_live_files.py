"""A whole city on the machine's clock follows ``rules/lighting/``; a refusal comes to those who run Vigie by mail."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import eventlet
import pytest

from services.console.city import City
from shared.runtime.clock import SystemClock
from shared.runtime.settings import Settings, shipped_rules
from tests.component.lighting_controller.conftest import WIDE

PATIENCE_S = 60.0
CALENDARS = """\
default: toujours
calendars:
  - {id: toujours, title: Toujours, steps: {12:00: 100 %}}
  - {id: berges, title: Berges, groups: [berges-garonne], steps: {12:00: 60 %}}
"""


class Live:
    """A city, its folder of rules, and what it says."""

    def __init__(self, city: City, rpc: Any, folder: Path) -> None:
        self.rpc = rpc
        self._city = city
        self._folder = folder

    def write(self, name: str, text: str) -> None:
        (self._folder / "lighting" / name).write_text(text, encoding="utf-8")

    def level(self) -> int | None:
        """What the lamps of the bank report, if all say the same."""
        groups = self.rpc.lighting_controller.state()["groups"]
        found = {
            lamp["actual"] for group in groups if group["group"] == "berges-garonne" for lamp in group["luminaires"]
        }
        return found.pop() if len(found) == 1 else None

    def mails(self) -> list[tuple[str, str]]:
        query = "SELECT subject, body FROM notification WHERE kind = 'lighting-refused'"
        with self._city.databases["notifier"].transaction() as transaction:
            return [(row.subject, row.body) for row in transaction.connection.exec_driver_sql(query)]

    def problems(self) -> float:
        link = HTTPConnection(*self._city.address, timeout=30)
        link.request("GET", "/metrics")
        lines = link.getresponse().read().decode().splitlines()
        link.close()
        name = "vigie_lighting_controller_file_problems "
        return next(float(line.removeprefix(name)) for line in lines if line.startswith(name))


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    folder, data = tmp_path / "rules", tmp_path / "city"
    folder.mkdir()
    for item in shipped_rules().iterdir():
        if item.name != "lighting":
            (folder / item.name).symlink_to(item)
    shutil.copytree(shipped_rules() / "lighting", folder / "lighting")
    (folder / "lighting" / "calendars.yaml").write_text(CALENDARS, encoding="utf-8")
    (folder / "lighting" / "limits.yaml").write_text(WIDE, encoding="utf-8")
    settings = replace(Settings(), listen="127.0.0.1:0", rules_dir=folder)
    data.mkdir()
    city = City(settings, data, SystemClock())
    with city.running() as rpc:
        yield Live(city, rpc, folder)


def until(is_so: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < end, f"it never came about: {what}"
        eventlet.sleep(0.2)


def test_an_officer_changes_a_programme_slips_and_mends_it_while_the_city_runs(live: Live) -> None:
    until(lambda: live.level() == 60, "the lamps follow their calendar")
    live.write("calendars.yaml", CALENDARS.replace("60 %", "80 %"))
    until(lambda: live.level() == 80, "they follow the changed one")
    live.write("limits.yaml", WIDE.replace("default: P6", "default: P7"))
    live.write("calendars.yaml", CALENDARS.replace("60 %", "50 %"))
    until(lambda: len(live.mails()) == 1, "who runs Vigie is told")
    ((subject, body),) = live.mails()
    assert subject == "[configuration] éclairage, dossier lighting/ : modification refusée"
    assert "- limits.yaml:" in body
    assert "P7" in body
    assert (live.level(), live.problems()) == (80, 1)
    live.write("limits.yaml", WIDE)
    until(lambda: live.level() == 50, "both files hold, mended")
    assert (live.problems(), len(live.mails())) == (0, 1)
