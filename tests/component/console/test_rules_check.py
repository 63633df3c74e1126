"""``vigie rules check`` shows every problem in its line with how to mend it, and leaves with 1 if one is an error."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from services.console.commands.rules import application
from services.rules_engine.domain.schema import schema
from services.rules_engine.sources.rules_folder import rule_files
from shared import documents
from shared.runtime.settings import shipped_rules

GOOD = """- id: a.rule
  title: "Titre"
  owner: gemapi
  review_by: 2027-06-30
  for_each: {kind: water-level, area: toulouse-berges}
  when: {above: [level, 2.0 m]}
  severity: red
  then:
    - notify: {team: gemapi-astreinte, message: "{point} : {level}"}
  tests:
    - given: {step: 15 min, level: [3.0 m]}
      expect: {fires_at: 0 min}
"""


def rules(*arguments: str) -> Result:
    """Run a command here; a process of its own would say the same, only later."""
    return CliRunner().invoke(application, arguments)


def check(*arguments: str) -> Result:
    return rules("check", *arguments)


def test_the_shipped_rules_are_clean() -> None:
    """Apart from those that have no tests: each of them, and nothing else, is warned about."""
    command = [sys.executable, "-m", "services.console", "rules", "check", "--format", "json"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (result.returncode, result.stderr) == (0, "")
    texts = [file.read_text(encoding="utf-8") for file in rule_files(shipped_rules())]
    entries = [entry for text in texts for entry in documents.read(text, "f.yaml").data]
    written = [entry for entry in entries if "template" not in entry]
    untested = {rule["id"] for rule in written if not rule.get("tests")}
    found = json.loads(result.stdout)
    assert {(problem["slug"], problem["text"]) for problem in found} == {("missing-test", name) for name in untested}


def test_a_right_rule_gives_one_line(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(GOOD, encoding="utf-8")
    result = check(str(file))
    assert (result.exit_code, result.stdout, result.stderr) == (0, "1 file, 1 rule: 0 errors, 0 warnings\n", "")


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
        pytest.param(GOOD + GOOD, "13:7", "duplicate-id", "", id="two rules of one id"),
    ],
)
def test_a_wrong_rule_is_shown_where_it_is_wrong(tmp_path: Path, text: str, place: str, slug: str, hint: str) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(text, encoding="utf-8")
    result = check(str(file))
    assert result.exit_code == 1
    assert f"error[{slug}]: " in result.stdout
    assert f"--> {file}:{place}\n" in result.stdout
    assert hint in result.stdout
    assert "Traceback" not in result.stdout + result.stderr


def test_one_wrong_rule_takes_no_other_with_it(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(GOOD + GOOD.replace("a.rule", "b.rule").replace("red", "purple"), encoding="utf-8")
    assert check(str(file)).stdout.endswith("1 file, 1 rule: 1 error, 0 warnings\n")


def test_problems_as_json(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(GOOD.replace("severity", "severty"), encoding="utf-8")
    found = json.loads(check(str(file), "--format", "json").stdout)
    assert found[-1] == {
        "slug": "unknown-property", "severity": "error", "message": "no property 'severty' here",
        "hint": "did you mean 'severity'?", "file": str(file), "text": "severty",
        "span": {"line": 7, "column": 3, "length": 7},
    }  # fmt: skip


def test_problems_as_annotations(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(GOOD.replace("2.0 m]", "200 %]"), encoding="utf-8")
    result = check(str(file), "--format", "github")
    assert result.exit_code == 1
    assert result.stdout == (
        f"::error file={file},line=6,col=25,endLine=6,endColumn=30,title=unit-mismatch"
        "::'%25' can't be compared or counted with 'm'"
        "%0Ahint: write the threshold in 'm', or in a unit that converts to it\n"
    )


def test_the_report_on_a_wrong_rule_is_the_one_that_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = Path(__file__).parents[2] / "rules" / "wrong"
    monkeypatch.chdir(wrong)
    result = check("unit-mismatch.yaml", "--inventory", "city")
    assert (result.exit_code, result.stdout) == (1, (wrong / "unit-mismatch.txt").read_text(encoding="utf-8"))


def test_warnings_alone_are_no_failure(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(GOOD.replace("2027-06-30", "2020-06-30"), encoding="utf-8")
    result = check(str(file))
    assert result.exit_code == 0
    assert "warning[review-overdue]: 'a.rule' was to be reviewed by 2020-06-30" in result.stdout


def test_the_schema_is_printed_or_written(tmp_path: Path) -> None:
    printed = rules("schema")
    assert (printed.exit_code, json.loads(printed.stdout)) == (0, schema())
    file = tmp_path / "rules.schema.json"
    assert (rules("schema", str(file)).stdout, file.read_text(encoding="utf-8")) == ("", printed.stdout)
    assert "can't be written" in rules("schema", str(tmp_path / "nowhere" / "x.json")).stderr


def test_a_file_that_is_not_there_is_said_plainly() -> None:
    result = check("/does/not/exist.yaml")
    assert result.exit_code == 1
    assert "can't be read" in result.stderr


POLICY = "policies:\n  - {{id: a, title: A, steps: [{{after: 5 min, {whom}}}]}}\n"


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("escalations.yaml", POLICY.format(whom="team: gemapi-astreint"), "did you mean 'gemapi-astreinte'?"),
        ("escalations.yaml", POLICY.format(whom="on_call: nobody"), "error[unknown-schedule]: no schedule 'nobody'"),
        ("on-call.yaml", "schedule: []\n", "error[shape]: a list is wanted under schedules"),
        ("budgets.yaml", "budgets:\n  - {directorate: gemapy, month: 10}\n", "did you mean 'gemapi'?"),
        ("channels.yaml", "patience: {tries: 0}\n", "error[patience]: at least one failure"),
        ("channels.yaml", 'sms_http:\n  - {id: a, url: "https://a.example.org/{tu}{text}{to}"}\n', "nothing fills"),
        ("muting.yaml", "groups:\n  - {id: a, by: [site], wait: 30 parsecs}\n", "error[duration]"),
        ("templates/fr/fire.sms.txt", "un\n{{ mesage }}", "error[layout]: 'mesage' is undefined"),
    ],
)
def test_what_the_notifier_reads_is_checked_with_the_rules(
    rules_with: Callable[[str], Path], name: str, text: str, told: str
) -> None:
    folder = rules_with(GOOD)
    file = own_notifier(folder) / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    result = check(str(folder))
    assert result.exit_code == 1
    assert told in result.output
    assert str(file) in result.output
    # The folder has none of the shipped groups and cabinets of lamps: that is warned of, and nothing else is.
    assert " 1 error, 7 warnings" in result.output
    assert set(re.findall(r"warning\[([a-z-]+)\]", result.output)) == {"unknown-group", "unknown-site"}


def test_a_secret_of_a_channel_is_given_where_it_is_used_and_not_where_it_is_checked(
    rules_with: Callable[[str], Path],
) -> None:
    folder = rules_with(GOOD)
    gateway = 'sms_http:\n  - {id: a, url: "https://a.example.org/{secret.key}", form: {to: "{to}", text: "{text}"}}\n'
    (own_notifier(folder) / "channels.yaml").write_text(gateway, encoding="utf-8")
    assert check(str(folder)).exit_code == 0


def own_notifier(folder: Path) -> Path:
    """A folder of the notifier with nothing in it; the rules have none."""
    own = folder / "notifier"
    own.mkdir()
    return own
