"""The files of rules in a rules folder: one folder for each directorate, and the teams beside them."""

from __future__ import annotations

from pathlib import Path

from services.rules_engine.domain.rule_files import TEAMS, is_rule_file


def rule_files(folder: Path) -> list[Path]:
    """The files of rules in a rules folder: one folder for each directorate."""
    return sorted(file for file in folder.glob("*/**/*.yaml") if is_rule_file(file.relative_to(folder).as_posix()))


def folder_files(folder: Path) -> dict[str, str]:
    """What a rules folder holds of a revision, text by path; what is no UTF-8 text has strange signs in it."""
    named = [*rule_files(folder), *(file for file in (folder / TEAMS,) if file.is_file())]
    return {file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8", errors="replace") for file in named}
