"""``vigie lighting plan`` shows what a calendar does, from a folder's files and from a running city alike."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from click.testing import Result
from typer.testing import CliRunner

from services.console.application import application
from shared.runtime.settings import shipped_rules

KEY = "open-sesame"
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


def plan(*arguments: str) -> Result:
    return CliRunner().invoke(application, ("lighting", "plan", *arguments))


def test_year_is_a_table_by_month_with_its_law_and_its_special_nights() -> None:
    shown = plan("quais-martigues", "--year", "2027").output
    for words in (
        "Quais de Martigues, 2027",
        "janv.  17:47-18:20  07:25-07:39   296 h   138 h   158 h   124 h    249 h",
        "oct.   18:02-19:50  06:43-07:42   248 h",
        "21/06 Fête de la musique, 14/07 14 juillet",
        "01:00 - 05:00, depuis le / since 2023-10-01",
    ):
        assert words in shown


@pytest.mark.parametrize(
    ("night", "cells", "words"),
    [
        ("2026-10-24", 75, "dure 25 heures"),
        ("2027-03-27", 69, "dure 23 heures"),
        ("2027-07-14", 72, "14 juillet (nuit de fête)"),
        ("2028-02-29", 72, "mardi 29 février 2028"),
    ],
)
def test_night_is_a_bar_of_twenty_minutes_each_and_its_changes(night: str, cells: int, words: str) -> None:
    lines = plan("quais-martigues", "--night", night).output.splitlines()
    assert words in "\n".join(lines)
    bar = next(line for line in lines if "█" in line)
    assert len(bar) == cells
    assert any(line.endswith("100 %  crépuscule") for line in lines)


def test_picture_is_written(tmp_path: Path) -> None:
    file = tmp_path / "plan.svg"
    assert plan("vieux-port", "--year", "2027", "--svg", str(file)).exit_code == 0
    assert ET.parse(file).getroot().tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314 - our own


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("quai-martigues",), "did you mean 'quais-martigues'?"),
        (("vieux-port", "--night", "demain"), "is no date: 2026-10-24"),
        (("vieux-port", "--night", "2026-10-24", "--year", "2027"), "is not in 2027"),
        (("vieux-port", "--rules", "/nowhere"), "no kinds and no inventory here"),
        (("vieux-port", "--svg", "/nowhere/plan.svg"), "can't be written"),
    ],
)
def test_what_can_not_be_shown_is_said_plainly(arguments: tuple[str, ...], told: str) -> None:
    result = plan(*arguments)
    assert (result.exit_code, told in result.stderr) == (1, True), result.output


def test_wrong_calendar_is_told_with_its_place(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    for item in shipped_rules().iterdir():
        if item.name != "lighting":
            (folder / item.name).symlink_to(item)
    text = (shipped_rules() / "lighting" / "calendars.yaml").read_text(encoding="utf-8")
    (folder / "lighting").mkdir()
    (folder / "lighting" / "calendars.yaml").write_text(text.replace("22:00: 40 %", "22:00: 0 %"), encoding="utf-8")
    for result in (plan("vieux-port", "--rules", str(folder)), rules_check(folder)):
        assert result.exit_code == 1
        assert "lighting/calendars.yaml:54:14" in result.output
        assert "dark-at-night" in result.output


def test_calendar_of_a_group_that_is_not_there_is_warned_about(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    (folder / "lighting").mkdir(parents=True)
    for name in ("kinds", "inventory"):
        (folder / name).symlink_to(shipped_rules() / name)
    text = (shipped_rules() / "lighting" / "calendars.yaml").read_text(encoding="utf-8")
    (folder / "lighting" / "calendars.yaml").write_text(text.replace("[la-plaine]", "[la-plain]"), encoding="utf-8")
    result = rules_check(folder)
    assert result.exit_code == 0
    assert "warning[unknown-group]: aucun groupe de luminaires « la-plain »" in result.output
    assert "did you mean 'la-plaine'?" in result.output


def rules_check(folder: Path) -> Result:
    return CliRunner().invoke(application, ("rules", "check", str(folder)))


def test_running_city_tells_the_same(running: Callable[..., Any], tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text(KEY, encoding="utf-8")
    with running(NOW, operator_key=KEY) as at_work:
        host, port = at_work.city.site.address
        where = ("--url", f"http://{host}:{port}", "--key-file", str(key), "--format", "json")
        asked = plan("quais-martigues", "--year", "2027", *where)
        assert asked.exit_code == 0, asked.output
        assert json.loads(asked.stdout) == json.loads(
            plan("quais-martigues", "--year", "2027", "--format", "json").stdout
        )
        nobody = plan("nobody", *where)
        assert (nobody.exit_code, "nobody" in nobody.stderr) == (1, True)
        key.write_text("wrong", encoding="utf-8")
        assert "Bearer" in plan("quais-martigues", *where).stderr
