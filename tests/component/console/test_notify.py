"""``vigie notify preview`` shows every notice before anybody gets one."""

from __future__ import annotations

from pathlib import Path

from click.testing import Result
from typer.testing import CliRunner

from services.console.application import application
from services.notifier.checking_layouts import FOLDER


def preview(*arguments: str) -> Result:
    return CliRunner().invoke(application, ("notify", "preview", *arguments))


def test_one_notice_is_shown_with_its_length() -> None:
    shown = preview("--kind", "fire", "--medium", "sms", "--language", "fr")
    assert shown.exit_code == 0
    assert "fr  fire  sms  (1 segment, GSM-7, 86 places)" in shown.output
    assert "Vigie V-7K3Q, orange : Garonne à Toulouse : 2,02 m" in shown.output
    assert "email" not in shown.output


def test_all_are_shown_in_both_languages() -> None:
    shown = preview().output
    for title in (
        "fr  resolve  email",
        "en  digest  email",
        "en  worsen  voice",
        "fr  fire  webhook",
        "fr  moved  sms",
    ):
        assert title in shown


def test_a_fault_in_a_citys_layout_is_told_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / FOLDER / "fr" / "fire.sms.txt"
    file.parent.mkdir(parents=True)
    file.write_text("{{ mesage }}", encoding="utf-8")
    shown = preview("--rules", str(tmp_path))
    assert shown.exit_code != 0
    assert "fire.sms.txt:1:1" in shown.output
