"""A wrong rule for each check, with the report that its author gets beside it, to the letter."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.console.checking import check
from services.rules_engine.domain import checks
from tests.rules.reporting import FILES, TODAY, WRONG, printed, report, slug_of


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are named as seen from where they are."""
    monkeypatch.chdir(WRONG)


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_a_wrong_rule_gets_its_report(file: Path) -> None:
    assert printed(report(file)) == file.with_suffix(".txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_it_is_wrong_in_what_it_is_called(file: Path) -> None:
    slugs = {problem.slug for problem in report(file).problems}
    without_inventory = {"file"} if slug_of(file) == "not-checked" else set()
    assert slugs == {slug_of(file), *without_inventory}


def test_every_slug_has_its_wrong_rule() -> None:
    assert {slug_of(file) for file in FILES} == set(checks.SLUGS)


def test_the_rule_that_mutations_begin_with_is_right() -> None:
    assert check([Path("../right.yaml")], Path("city"), TODAY).problems == ()
