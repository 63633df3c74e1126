"""A wrong rule for each check, with the report that its author gets beside it, to the letter."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from services.console.checking import Report, check
from services.console.problem_printing import as_text, closing
from services.rules_engine.domain import checks

WRONG = Path(__file__).parent / "wrong"
TODAY = date(2026, 1, 1)
FILES = sorted(WRONG.glob("*.yaml"))


def slug_of(file: Path) -> str:
    """A slug may have several files: ``yaml.tab``, ``yaml.tag``."""
    return file.stem.partition(".")[0]


def report(file: Path, monkeypatch: pytest.MonkeyPatch) -> Report:
    """Of a file checked where it is; what can't be checked without an inventory is checked against none."""
    monkeypatch.chdir(WRONG)
    home = Path("nowhere" if slug_of(file) == "not-checked" else "city")
    return check([Path(file.name)], home, TODAY)


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_a_wrong_rule_gets_its_report(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = report(file, monkeypatch)
    expected = file.with_suffix(".txt").read_text(encoding="utf-8")
    assert as_text(found.problems, found.texts).plain + closing(found) + "\n" == expected


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_it_is_wrong_in_what_it_is_called(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slugs = {problem.slug for problem in report(file, monkeypatch).problems}
    without_inventory = {"file"} if slug_of(file) == "not-checked" else set()
    assert slugs == {slug_of(file), *without_inventory}


def test_every_slug_has_its_wrong_rule() -> None:
    assert {slug_of(file) for file in FILES} == set(checks.SLUGS)


def test_the_rule_that_mutations_begin_with_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(WRONG)
    assert check([Path("../right.yaml")], Path("city"), TODAY).problems == ()
