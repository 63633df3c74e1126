"""A folder of rules opens whatever one of its files holds."""

from __future__ import annotations

from pathlib import Path

from services.rules_engine.providers import open_folder
from tests.component.rules_engine.river import CITY, rule

GOOD = rule("good", "when: {above: [level, 2 m]}")


def test_a_file_that_is_no_utf_8_keeps_no_other_from_running(tmp_path: Path) -> None:
    (tmp_path / "gemapi").mkdir()
    (tmp_path / "gemapi" / "good.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "gemapi" / "latin.yaml").write_bytes(GOOD.replace("Crue", "Débit").encode("latin-1"))
    book = open_folder(tmp_path, CITY)
    assert (set(book.rules), book.is_complete) == ({"good"}, False)
    (problem,) = book.problems
    assert (problem.slug, Path(problem.file).name) == ("yaml", "latin.yaml")
    assert "not UTF-8" in problem.message
