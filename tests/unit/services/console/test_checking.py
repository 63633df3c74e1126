"""Files are checked against a folder: its inventory, its teams, and its other rules."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from services.console.checking import check, text_of
from services.console.text_files import write
from shared.errors import InputError
from shared.runtime.settings import shipped_rules

TODAY = date(2026, 1, 1)
RULE = """\
- id: {id}
  title: "Titre"
  owner: gemapi
  for_each: {{kind: water-level, area: toulouse-berges}}
  when: {{above: [level, 2.0 m]}}
  unless: {unless}
  severity: red
  then:
    - notify: {{team: gemapi-astreinte, message: "{{point}}"}}
  tests: [{{given: {{until: 15 min}}, expect: nothing}}]
"""


@pytest.fixture
def written(tmp_path: Path):
    """Write a rule that gives way to another."""

    def _written(name: str, identifier: str, unless: str) -> Path:
        file = tmp_path / name
        file.write_text(RULE.format(id=identifier, unless=unless), encoding="utf-8")
        return file

    return _written


def test_a_rule_may_name_one_of_the_folder_that_is_not_checked(written) -> None:
    report = check([written("a.yaml", "a.rule", "gemapi.garonne-toulouse.prealerte")], None, TODAY)
    assert [problem.slug for problem in report.problems] == []
    assert (report.files, report.rules) == (1, 1)


def test_problems_of_rules_that_are_not_checked_are_not_told(written) -> None:
    report = check([written("a.yaml", "a.rule", "nobody")], None, TODAY)
    assert [(problem.slug, problem.file) for problem in report.problems] == [
        ("unknown-rule", str(written("a.yaml", "a.rule", "nobody")))
    ]


def test_an_id_that_a_rule_of_the_folder_has_is_told_in_the_file_that_is_checked(written) -> None:
    report = check([written("a.yaml", "gemapi.garonne-toulouse.alerte", "[]")], None, TODAY)
    (problem,) = report.problems
    assert (problem.slug, problem.span.line) == ("duplicate-id", 1)
    assert "garonne.yaml:" in problem.message


def test_a_file_that_is_named_twice_is_checked_once(written) -> None:
    file = written("a.yaml", "a.rule", "[]")
    report = check([file, file, file.parent / "." / "a.yaml"], None, TODAY)
    assert (report.files, report.problems) == (1, ())


def test_problems_come_by_file_and_place(written) -> None:
    files = [written("b.yaml", "b.rule", "nobody"), written("a.yaml", "a.rule", "[]")]
    files[1].write_text(files[1].read_text("utf-8").replace("red", "rde").replace("owner", "onwer"), "utf-8")
    report = check(files, None, TODAY)
    places = [(Path(problem.file).name, problem.span.line) for problem in report.problems]
    assert places == [("a.yaml", 1), ("a.yaml", 3), ("a.yaml", 7), ("b.yaml", 6)]


def test_files_are_named_as_seen_from_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shipped_rules().parent)
    report = check([shipped_rules()], None, date(2100, 1, 1))
    assert {Path(problem.file).parts[0] for problem in report.problems} == {shipped_rules().name}


def test_faults_of_the_folder_are_told_and_what_was_not_checked(tmp_path: Path, written) -> None:
    (tmp_path / "kinds").mkdir()
    (tmp_path / "kinds" / "k.yaml").write_text("kinds: [\n", encoding="utf-8")
    (tmp_path / "teams.yaml").write_text("teams: [\n", encoding="utf-8")
    report = check([written("a.yaml", "a.rule", "[]")], tmp_path, TODAY)
    assert {problem.slug for problem in report.problems} == {"yaml", "not-checked"}


def test_faults_of_the_teams_are_not_buried_under_what_was_not_checked(tmp_path: Path, written) -> None:
    (tmp_path / "teams.yaml").write_text("teams: [\n", encoding="utf-8")
    files = [written(f"{name}.yaml", f"{name}.rule", "[]") for name in "abc"]
    said = [problem.message for problem in check(files, tmp_path, TODAY).problems if problem.slug == "not-checked"]
    assert len(said) == len(set(said))


@pytest.mark.parametrize("content", [b"\xff\xfe", None], ids=["no text", "not there"])
def test_a_file_that_can_not_be_read_is_said(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "a.yaml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InputError, match=r"UTF-8|can't be read"):
        text_of(file)


def test_a_file_that_can_not_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can't be written"):
        write(tmp_path / "nowhere" / "a.json", "{}")
