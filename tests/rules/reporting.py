"""The reports on wrong rules. ``python -m tests.rules.reporting`` writes them anew, to be read before they are kept."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

from services.console.checking import Report, check
from services.console.problem_printing import as_text, closing

WRONG = Path(__file__).resolve().parent / "wrong"
TODAY = date(2026, 1, 1)
FILES = sorted(WRONG.glob("*.yaml"))


def slug_of(file: Path) -> str:
    """A slug may have several files: ``yaml.tab``, ``yaml.tag``."""
    return file.stem.partition(".")[0]


def report(file: Path) -> Report:
    """Of a file, checked from where it is; what can't be checked without an inventory is checked against none."""
    home = Path("nowhere" if slug_of(file) == "not-checked" else "city")
    return check([Path(file.name)], home, TODAY)


def printed(found: Report) -> str:
    """As the command prints it."""
    return as_text(found.problems, found.texts).plain + closing(found) + "\n"


if __name__ == "__main__":
    os.chdir(WRONG)
    for each in FILES:
        each.with_suffix(".txt").write_text(printed(report(each)), encoding="utf-8")
