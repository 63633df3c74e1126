"""What the guide shows of ``vigie why`` is what a running city says, with the rule and the river of the page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.component.rules_engine.asking import POINT, asked_city
from tests.guide import blocks_of

PAGE = "docs/guide/pourquoi.md"
BEGIN = datetime(2026, 3, 10, 20, 0, tzinfo=UTC)
RISES = [1.50, 1.62, 1.92, 1.92, 1.92, 1.92]


def test_why_an_alert_fires_is_said_as_the_guide_shows_it(tmp_path: Path) -> None:
    blocks = list(blocks_of(PAGE))
    rule = next(block.text for block in blocks if block.is_file)
    (shown,) = (block.text.splitlines() for block in blocks if "why" in block.notes)
    with asked_city(tmp_path, BEGIN, rule) as asked:
        asked.observe(RISES)
        asked.wait(timedelta(minutes=5))
        code, output = asked.vigie("why", "gemapi.guide.riviere", POINT, "--lang", "fr")
    assert code == 0
    said = iter(output.splitlines())
    assert [line for line in shown if line not in ("", "…") and line not in said] == [], output
