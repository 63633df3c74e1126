"""The table of CONTRIBUTING.md leads to places that exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def paths_of_the_table() -> list[str]:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and "`" in line]
    return [path for row in rows for path in re.findall(r"`([\w./<>*-]+/[\w./<>*-]*)`", row)]


def test_every_path_of_the_table_exists() -> None:
    paths = paths_of_the_table()
    assert len(paths) > 20
    missing = []
    for path in paths:
        pattern = re.sub(r"<[^>]+>", "*", path)
        if not list(ROOT.glob(pattern)):
            missing.append(path)
    assert missing == []
