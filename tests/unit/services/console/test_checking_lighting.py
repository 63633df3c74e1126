"""``vigie lighting check``: calendars and limits of a folder; ``vigie rules check``: levels below the floor."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.console.application import application
from services.console.checking import check
from shared.runtime.settings import shipped_rules

LIMITS = """\
classes:
  P4: {floor: 45 %, step: 60 %, ramp: 5 s, dwell: 10 min, share: 50 %}
default: P4
groups: {la-plaine: P4, vieux-prot: P4}
luminaires: {la-plaine-01: P4, la-plaine-99: P4}
zones: [{id: z, groups: [la-plaine, nowhere]}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped inventory and calendars; the limits are the test's."""
    for name in ("inventory", "kinds", "teams.yaml"):
        (tmp_path / name).symlink_to(shipped_rules() / name)
    (tmp_path / "lighting").mkdir()
    shutil.copy(shipped_rules() / "lighting" / "calendars.yaml", tmp_path / "lighting")
    return tmp_path


def checked(folder: Path, *more: str) -> Result:
    return CliRunner().invoke(application, ["lighting", "check", str(folder), *more], env={"COLUMNS": "200"})


def told(result: Result) -> list[tuple[str, str, int, int]]:
    found = json.loads(result.output)
    return [(each["severity"], each["slug"], each["span"]["line"], each["span"]["column"]) for each in found]


def test_shipped_files_have_no_fault() -> None:
    result = CliRunner().invoke(application, ["lighting", "check"])
    assert (result.exit_code, result.output) == (
        0,
        "6 groupes / groups : 0 erreurs / errors, 0 avertissements / warnings\n",
    )


def test_ids_that_bind_nobody_are_errors_with_their_place_and_dim_calendars_warnings(folder: Path) -> None:
    (folder / "lighting" / "limits.yaml").write_text(LIMITS, encoding="utf-8")
    result = checked(folder, "--json")
    assert result.exit_code == 1
    assert told(result)[:3] == [
        ("error", "unknown-group", 4, 25),
        ("error", "unknown-luminaire", 5, 32),
        ("error", "unknown-group", 6, 37),
    ]
    assert {slug for _, slug, _, _ in told(result)[3:]} == {"level-below-floor"}
    # The Huveaune at 40 %, la Plaine at 40 % in its ordinary nights and in another programme.
    assert [severity for severity, *_ in told(result)[3:]] == ["warning", "warning", "warning"]
    assert "did you mean 'vieux-port'?" in checked(folder).output


def test_a_fault_of_the_file_is_shown_in_its_line(folder: Path) -> None:
    (folder / "lighting" / "limits.yaml").write_text(LIMITS.replace("45 %", "450 %"), encoding="utf-8")
    result = checked(folder)
    assert result.exit_code == 1
    assert "limits.yaml:2:15" in result.output
    assert "450 %" in result.output


MODELS = """\
default: lamp
models:
  - {id: lamp, title: L, watts: {0 %: 0.5 W, 100 %: 70 W}}
  - id: other
    title: O
    watts: {0 %: 0.5 W, 100 %: 30 W}
    luminaires: [vieux-port-01, vieux-port-99]
    devices: [no-such-model]
    groups: [vieux-port, vieux-prot]
"""
CABINETS = """\
default_gateway: g
gateways: [{id: g}]
cabinets:
  - {site: armoire-quais-martigues, off_by_day: true}
  - {site: armoire-quai-martigues}
"""


def test_models_and_cabinets_of_what_is_not_there_are_warnings_with_their_place(folder: Path) -> None:
    (folder / "lighting" / "models.yaml").write_text(MODELS, encoding="utf-8")
    (folder / "lighting" / "cabinets.yaml").write_text(CABINETS, encoding="utf-8")
    result = checked(folder, "--json")
    assert result.exit_code == 0
    strange = [
        ("warning", "unknown-luminaire", 7, 33),
        ("warning", "unknown-model", 8, 15),
        ("warning", "unknown-group", 9, 26),
        ("warning", "unknown-site", 5, 12),
    ]
    assert [each for each in told(result) if each[1].startswith("unknown-")] == strange
    assert "did you mean 'armoire-quais-martigues'?" in checked(folder).output
    beside_rules = check([folder], None, date(2026, 1, 1)).problems
    assert {(it.severity, it.slug, it.span.line, it.span.column) for it in beside_rules} == set(strange)


@pytest.mark.parametrize("command", ["lighting", "rules"])
@pytest.mark.parametrize(
    ("file", "text", "at"),
    [
        ("models.yaml", MODELS.replace("70 W", "9999 W"), "models.yaml:3:53"),
        ("cabinets.yaml", CABINETS.replace("off_by_day: true", "off_by_day: 1"), "cabinets.yaml:4:49"),
    ],
)
def test_a_fault_of_equipment_is_an_error_in_its_line(
    folder: Path, command: str, file: str, text: str, at: str
) -> None:
    (folder / "lighting" / file).write_text(text, encoding="utf-8")
    result = CliRunner().invoke(application, [command, "check", str(folder)], env={"COLUMNS": "200"})
    assert result.exit_code == 1
    assert at in result.output


def test_a_folder_without_limits_has_the_shipped_ones(folder: Path) -> None:
    assert checked(folder).exit_code == 0


@pytest.mark.parametrize(
    ("level", "warned"), [("20 %", True), ("39 %", True), ("40 %", False)], ids=["far below", "below", "at the floor"]
)
def test_a_rule_that_asks_for_less_than_the_floor_is_warned(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, level: str, warned: bool
) -> None:
    shutil.copy(shipped_rules() / "lighting" / "limits.yaml", folder / "lighting")
    text = (shipped_rules() / "eclairage" / "capteurs.yaml").read_text(encoding="utf-8")
    asked = "{group: la-plaine, level: 80 %,"
    assert asked in text
    file = tmp_path_factory.mktemp("rules") / "capteurs.yaml"
    file.write_text(text.replace(asked, asked.replace("80 %", level)), encoding="utf-8")
    found = [each for each in check([file], folder, date(2026, 1, 1)).problems if each.slug == "level-below-floor"]
    assert bool(found) is warned
    if warned:
        assert (found[0].severity, found[0].text) == ("warning", level)
