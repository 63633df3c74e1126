"""``vigie rules explain`` prints each rule as a paragraph in both languages, or in the one that is asked for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from click.testing import Result
from typer.testing import CliRunner

from services.console.application import application

RULE = """- id: a.rule
  title: "Titre"
  owner: gemapi
  for_each: {kind: water-level, area: toulouse-berges}
  when: {above: [level, 2.0 m]}
  severity: red
  then:
    - notify: {team: gemapi-astreinte, message: "{point} : {level}"}
"""
FRENCH = (
    "Pour chaque point de mesure de la hauteur d'eau de la zone « Berges de la Garonne à Toulouse », une alerte rouge "
    "se déclenche quand la hauteur à l'échelle dépasse 2 m. L'équipe « Astreinte GEMAPI » est alors prévenue. L'alerte "
    "prend fin dès que ce n'est plus le cas. Si une mesure manque ou n'est pas fiable, une alerte en cours est "
    "maintenue."
)


def explain(*arguments: str) -> Result:
    """Run the command here; a process of its own would say the same, only later."""
    return CliRunner().invoke(application, ("rules", "explain", *arguments))


def written(folder: Path, text: str) -> str:
    file = folder / "rules.yaml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_the_shipped_rules_are_told_in_both_languages() -> None:
    command = [sys.executable, "-m", "services.console", "rules", "explain"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (result.returncode, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert "Feu dans une borne (dechets.pav.feu)" in lines
    assert sum(line.startswith(("Pour ", "Dans chaque ", "Sur chaque ")) for line in lines) >= 22
    assert sum(line.startswith(("For ", "In each ", "At each ")) for line in lines) >= 22


def test_a_file_is_told_with_the_titles_of_the_shipped_city(tmp_path: Path) -> None:
    file = written(tmp_path, RULE)
    result = explain(file, "--lang", "fr")
    assert result.stdout.splitlines() == ["Titre (a.rule)", f"{file}:1", FRENCH, ""]


def test_a_rule_to_which_another_gives_way_is_named_by_its_title(tmp_path: Path) -> None:
    file = written(tmp_path, RULE + "  unless: dechets.pav.feu\n")
    told = explain(file, "--lang", "fr").stdout
    assert "L'alerte ne commence pas tant que la règle « Feu dans une borne »" in told
    assert "dechets.pav.feu" not in told


def test_one_rule_in_english(tmp_path: Path) -> None:
    file = written(tmp_path, RULE + RULE.replace("a.rule", "b.rule").replace("2.0 m", "3.0 m"))
    lines = explain(file, "--rule", "b.rule", "--lang", "en").stdout.splitlines()
    assert lines[:2] == ["Titre (b.rule)", f"{file}:9"]
    assert "a red alert is raised when the level on the gauge is above 3 m." in lines[2]
    assert len(lines) == 4


def test_a_rule_with_errors_takes_no_other_with_it(tmp_path: Path) -> None:
    file = written(tmp_path, RULE + RULE.replace("a.rule", "b.rule").replace("[level,", "[levle,"))
    result = explain(file, "--lang", "fr")
    assert result.exit_code == 1
    assert FRENCH in result.stdout
    assert "b.rule" not in result.stdout
    assert result.stderr == "left out for errors: 1; vigie rules check tells them\n"


def test_a_rule_that_is_not_there_is_said_plainly(tmp_path: Path) -> None:
    result = explain(written(tmp_path, RULE), "--rule", "a.rul")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "no rule 'a.rul'; did you mean 'a.rule'?\n"


def test_a_file_that_is_not_there_is_said_plainly() -> None:
    result = explain("/does/not/exist.yaml")
    assert result.exit_code == 1
    assert "can't be read" in result.stderr


def test_the_help_says_what_comes_out() -> None:
    help_text = " ".join(explain("--help").stdout.split())
    for part in ("--rule", "--lang", "--inventory", "Each rule is one paragraph", "Exit code 0: all were explained"):
        assert part in help_text
