"""``vigie rules check`` names every problem with its place and how to mend it, and leaves with 1."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

GOOD = """- id: a.rule
  title: "Titre"
  owner: gemapi
  review_by: 2027-06-30
  for_each: {kind: water-level, area: toulouse-berges}
  when: {above: [level, 2.0 m]}
  severity: red
  then:
    - notify: {team: gemapi-astreinte, message: "{point} : {level}"}
"""


def check(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "services.console", "rules", "check", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_the_shipped_rules_are_clean() -> None:
    result = check()
    assert (result.returncode, result.stderr) == (0, "")
    assert "0 errors, 0 warnings" in result.stdout


@pytest.mark.parametrize(
    ("text", "place", "slug", "hint"),
    [
        pytest.param(GOOD.replace("  title", "\ttitle"), "2:1", "yaml", "replace the tab with spaces", id="tab"),
        pytest.param(
            GOOD.replace("severity", "severty"), "7:3", "unknown-property", "did you mean 'severity'?", id="unknown"
        ),
        pytest.param(GOOD.replace("{above: [level, 2.0 m]}", "{!: {var: level}}"), "6:10", "yaml", "not:", id="tag"),
        pytest.param(GOOD.replace("{above:", "{>:"), "6:10", "yaml", 'write ">": in quotes', id="unquoted sign"),
        pytest.param(GOOD.replace("2.0 m]", "2.0 Cel]"), "6:25", "unit-mismatch", "", id="another unit"),
        pytest.param(
            GOOD.replace("[level,", "[levle,"), "6:18", "unknown-property", "did you mean 'level'?", id="no property"
        ),
        pytest.param(
            GOOD.replace("gemapi-astreinte", "gemapi-astreint"), "9:22", "unknown-team", "did you mean", id="no team"
        ),
        pytest.param(GOOD + GOOD, "10:7", "duplicate-id", "", id="two rules of one id"),
    ],
)
def test_a_wrong_rule_is_shown_where_it_is_wrong(tmp_path: Path, text: str, place: str, slug: str, hint: str) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(text, encoding="utf-8")
    result = check(str(file))
    assert result.returncode == 1
    assert f"{file}:{place}: error[{slug}]" in result.stdout
    assert hint in result.stdout
    assert "Traceback" not in result.stdout + result.stderr


def test_one_wrong_rule_takes_no_other_with_it(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(GOOD + GOOD.replace("a.rule", "b.rule").replace("red", "purple"), encoding="utf-8")
    assert "1 files, 1 rules: 1 errors" in check(str(file)).stdout


def test_problems_as_json(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(GOOD.replace("severity", "severty"), encoding="utf-8")
    found = json.loads(check(str(file), "--format", "json").stdout)
    assert {(item["slug"], item["span"]["line"]) for item in found} >= {("unknown-property", 7)}


def test_a_file_that_is_not_there_is_said_plainly() -> None:
    result = check("/does/not/exist.yaml")
    assert result.returncode == 1
    assert "can't be read" in result.stderr
