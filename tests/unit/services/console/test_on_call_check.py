"""``vigie on-call check``: a folder's schedules, its calendars and its gaps."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.console.application import application

TEAMS = """\
fallback: ops
people:
  - {id: ada, name: Ada Roy, role: r, email: ada@example.org}
teams:
  - {id: ops, title: Ops, channels: [email], members: [ada], on_call: duty}
"""
ALWAYS = "layers: [{name: all, rotation: daily, starts: 2020-01-01, people: [ada]}]"
EVENT = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20200101T000000Z\r\n"
    "DTSTART;VALUE=DATE:20200101\r\nRRULE:FREQ=DAILY\r\nSUMMARY:{}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def checked(folder: Path, who: str, *more: str) -> Result:
    (folder / "teams.yaml").write_text(TEAMS, encoding="utf-8")
    (folder / "notifier").mkdir(exist_ok=True)
    text = f"schedules:\n  - id: duty\n    title: Duty\n    owner: ops\n    {who}\n"
    (folder / "notifier" / "on-call.yaml").write_text(text, encoding="utf-8")
    return CliRunner().invoke(application, ["on-call", "check", str(folder), *more], env={"COLUMNS": "200"})


def test_schedules_without_gaps_are_good(tmp_path: Path) -> None:
    result = checked(tmp_path, ALWAYS)
    assert (result.exit_code, "1 schedule, 1 in use" in result.output) == (0, True)


@pytest.mark.parametrize(
    ("who", "said"),
    [
        pytest.param(ALWAYS.replace("2020", "2999"), "personne / nobody", id="a-gap"),
        pytest.param(ALWAYS.replace("[ada]", "[adah]"), "did you mean 'ada'?", id="an-unknown-person"),
        pytest.param("ical: missing.ics", "can't be read", id="a-file-that-is-not-there"),
    ],
)
def test_what_is_wrong_is_said(who: str, said: str, tmp_path: Path) -> None:
    result = checked(tmp_path, who)
    assert result.exit_code == 1
    assert said in result.output


@pytest.mark.parametrize(("summary", "code"), [("Ada ROY", 0), ("Eve", 1)])
def test_a_calendar_is_read_and_who_is_unknown_is_named(summary: str, code: int, tmp_path: Path) -> None:
    (tmp_path / "notifier").mkdir()
    (tmp_path / "notifier" / "duty.ics").write_text(EVENT.format(summary), encoding="utf-8", newline="")
    result = checked(tmp_path, "ical: duty.ics")
    assert (result.exit_code, "« Eve »" in result.output) == (code, bool(code))


def test_a_calendar_elsewhere_is_not_fetched_offline(tmp_path: Path) -> None:
    result = checked(tmp_path, "ical: https://agenda.example.org/duty.ics", "--offline")
    assert (result.exit_code, "calendar not fetched" in result.output) == (0, True)
