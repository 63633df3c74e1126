"""``vigie rules test`` plays the tests of rules, shows what fails, writes JUnit XML, and leaves with 0 or 1."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import Result
from typer.testing import CliRunner

from services.console.commands.rules import application
from shared.runtime.settings import shipped_rules

RULE = """- id: a.rule
  title: "Titre"
  owner: gemapi
  for_each: {kind: water-level, area: toulouse-berges}
  when: {above: [level, 2.0 m]}
  for: 30 min
  severity: red
  then:
    - notify: {team: gemapi-astreinte, message: "{point} : {level}"}
"""
GOOD = """  tests:
    - name: la crue tient
      given: {level: [1 m, 2.4 m x4]}
      expect: {fires_at: 45 min, notifies: gemapi-astreinte}
    - given: {level: [1 m, 2.4 m x2, 1 m]}
      expect: nothing
"""
BAD = GOOD.replace("45 min", "30 min")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(application, ["test", *map(str, arguments)])


def parsed(report: Path) -> ET.Element:
    return ET.fromstring(report.read_text(encoding="utf-8"))  # noqa: S314 - we wrote it


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return tmp_path / "rules.yaml"


def test_the_shipped_tests_pass_in_seconds() -> None:
    command = [sys.executable, "-m", "services.console", "rules", "test"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (result.returncode, result.stderr) == (0, "")
    closing = re.fullmatch(
        r"(\d+) tests, (\d+) ✓, 0 ✗(, \d+ rules without a test)? \((\d+\.\d) s\)", result.stdout.strip()
    )
    assert closing is not None, result.stdout
    assert int(closing[1]) == int(closing[2]) > 0
    assert float(closing[4]) < 30


def test_tests_that_pass_are_counted_and_named_if_asked(written: Path) -> None:
    written.write_text(RULE + GOOD, encoding="utf-8")
    quiet, named = run(written), run(written, "-v")
    assert (quiet.exit_code, named.exit_code) == (0, 0)
    assert quiet.stdout.startswith("2 tests, 2 ✓, 0 ✗ (")
    assert named.stdout.splitlines()[:2] == ["✓ a.rule · la crue tient", "✓ a.rule · test 2"]


def test_a_test_that_fails_shows_what_where_and_its_timeline(written: Path) -> None:
    written.write_text(RULE + BAD, encoding="utf-8")
    result = run(written)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[:4] == [
        "✗ a.rule · la crue tient",
        f"  {written}:11:7",
        "  13:15  fires attendu à 00:30 (30 min) : venu à 00:45 (45 min)",
        "",
    ]
    assert "    00:45  45 min  2,40 m  2,4 m > 2 m  vrai    firing red" in lines
    assert max(len(line) for line in lines if not line.startswith("  /")) <= 100
    assert lines[-1].startswith("2 tests, 1 ✓, 1 ✗ (")


def test_it_speaks_english_if_asked(written: Path) -> None:
    written.write_text(RULE + BAD, encoding="utf-8")
    assert "fires expected at 00:30 (30 min): came at 00:45 (45 min)" in run(written, "--language", "en").stdout


def test_a_test_that_cannot_be_read_is_told_and_the_others_are_played(written: Path) -> None:
    written.write_text(RULE + GOOD.replace("2.4 m x2", "2.4 metres x2"), encoding="utf-8")
    result = run(written)
    assert result.exit_code == 1
    assert f"{written}:14:28: error[test-wrong]: no unit 'metres'" in result.stdout
    assert result.stdout.splitlines()[-1].startswith("1 tests, 1 ✓, 0 ✗, 1 errors (")


def test_a_rule_with_an_error_is_told_and_not_played(written: Path) -> None:
    written.write_text(RULE.replace("2.0 m]", "2.0 Cel]") + GOOD, encoding="utf-8")
    result = run(written)
    assert result.exit_code == 1
    assert "error[unit-mismatch]" in result.stdout
    assert "0 tests" in result.stdout


def test_one_rule_may_be_chosen(written: Path) -> None:
    written.write_text(RULE + GOOD + (RULE + BAD).replace("a.rule", "b.rule"), encoding="utf-8")
    assert run(written).exit_code == 1
    assert run(written, "--rule", "a.rule").exit_code == 0
    missing = run(written, "--rule", "a.rul")
    assert missing.exit_code == 1
    assert "no rule 'a.rul'" in missing.stderr
    assert "did you mean 'a.rule'?" in missing.stderr


def test_a_rule_is_played_with_those_of_its_folder_to_which_it_gives_way(tmp_path: Path) -> None:
    folder = city(tmp_path)
    other = RULE.replace("a.rule", "b.rule").replace("  for: 30 min\n", "")
    (folder / "gemapi" / "b.yaml").write_text(other, encoding="utf-8")
    own = RULE.replace("  severity", "  unless: b.rule\n  severity").replace("for: 30 min", "for: 15 min")
    tests = "  tests:\n    - {given: {level: [1 m, 2.4 m x4]}, expect: nothing}\n"
    (folder / "gemapi" / "a.yaml").write_text(own + tests, encoding="utf-8")
    result = run(folder / "gemapi" / "a.yaml")
    assert result.stdout.startswith("1 tests, 1 ✓"), result.stdout
    (folder / "gemapi" / "b.yaml").unlink()
    assert run(folder / "gemapi" / "a.yaml").exit_code == 1


def city(tmp_path: Path) -> Path:
    """A rules folder with the shipped kinds, its own inventory of one gauge, and no rules."""
    folder = tmp_path / "rules"
    for name in ("kinds/water-level.yaml", "inventory/directorates.yaml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text((shipped_rules() / name).read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "gemapi").mkdir()
    return folder


def test_junit_has_a_case_for_each_test_with_file_line_and_timeline(written: Path, tmp_path: Path) -> None:
    written.write_text(RULE + BAD + "    - {given: {level: [x]}, expect: nothing}\n", encoding="utf-8")
    report = tmp_path / "tests.xml"
    assert run(written, "--junit", report).exit_code == 1
    root = parsed(report)
    assert_junit(root)
    assert {name: root.get(name) for name in ("tests", "failures", "errors")} == {
        "tests": "3",
        "failures": "1",
        "errors": "1",
    }
    (suite,) = root
    assert suite.get("name") == str(written)
    failed, passed, error = suite
    assert (failed.get("classname"), failed.get("name"), failed.get("file"), failed.get("line")) == (
        "a.rule", "la crue tient", str(written), "11",
    )  # fmt: skip
    (failure,) = failed
    assert failure.get("message") == "fires attendu à 00:30 (30 min) : venu à 00:45 (45 min)"
    assert f"{written}:13: fires attendu" in (failure.text or "")
    assert "00:45  45 min  2,40 m  2,4 m > 2 m  vrai    firing red" in (failure.text or "")
    assert list(passed) == []
    assert error[0].tag == "error"
    assert (error.get("line"), error[0].get("type")) == ("16", "test-wrong")


def test_characters_that_xml_cannot_carry_spoil_no_report(written: Path, tmp_path: Path) -> None:
    written.write_text(RULE + BAD.replace("la crue tient", '"<la> & \\u0007crue"'), encoding="utf-8")
    report = tmp_path / "tests.xml"
    run(written, "--junit", report)
    (suite,) = parsed(report)
    assert suite[0].get("name") == "<la> & \N{REPLACEMENT CHARACTER}crue"


def test_a_report_that_cannot_be_written_is_said_plainly(written: Path) -> None:
    written.write_text(RULE + GOOD, encoding="utf-8")
    result = run(written, "--junit", "/does/not/exist/tests.xml")
    assert result.exit_code == 1
    assert "/does/not/exist/tests.xml can't be written" in result.stderr


@pytest.mark.parametrize("path", ["/does/not/exist.yaml", "/does/not/exist"])
def test_a_file_that_is_not_there_is_said_plainly(path: str) -> None:
    result = run(path)
    assert result.exit_code == 1
    assert "can't be read" in result.stderr
    assert "Traceback" not in result.stderr


def assert_junit(root: ET.Element) -> None:
    """Whether it is what readers of JUnit XML take: elements, attributes, counts that add up."""
    assert root.tag == "testsuites"
    for suite in root:
        assert suite.tag == "testsuite"
        cases = list(suite)
        assert {case.tag for case in cases} == {"testcase"}
        assert int(suite.attrib["tests"]) == len(cases)
        assert int(suite.attrib["failures"]) == sum(case.find("failure") is not None for case in cases)
        assert int(suite.attrib["errors"]) == sum(case.find("error") is not None for case in cases)
        for case in cases:
            assert {"name", "classname", "file", "line", "time"} == set(case.attrib)
            assert float(case.attrib["time"]) >= 0
            assert {child.tag for child in case} <= {"failure", "error"}
            assert all(child.get("message") and child.get("type") for child in case)
