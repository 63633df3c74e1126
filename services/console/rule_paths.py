"""Which files are meant by a path on the command line: a file, a rules folder, or the folder of one directorate."""

from __future__ import annotations

from pathlib import Path

from services.rules_engine.sources.rules_folder import rule_files


def rules_at(path: Path) -> list[Path]:
    """The files of rules at a path; one that isn't there is left to whoever reads it."""
    if not path.is_dir():
        return [path]
    is_rules_folder = (path / "inventory").is_dir() or (path / "teams.yaml").is_file()
    return rule_files(path) if is_rules_folder else sorted({*rule_files(path), *path.glob("*.yaml")})
