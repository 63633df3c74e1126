"""Six hours that come at once leave what they would have left in time, and wake nobody for what is over."""

from __future__ import annotations

from pathlib import Path

from tests.component.rules_engine.backlog import compare
from tests.component.rules_engine.playground import database_in


def test_a_backlog_leaves_what_it_would_have_left_in_time(tmp_path: Path) -> None:
    for name in ("in-time", "away"):
        (tmp_path / name).mkdir()
    found = compare([database_in(tmp_path / "in-time"), database_in(tmp_path / "away")], count=30, seed=7)
    assert found.differences == []
    assert found.late > found.observations / 2
    assert found.raised
