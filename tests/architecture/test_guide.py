"""The guide for rule authors names every check, and its rules are right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from services.device_registry.domain.loading import load as load_inventory
from services.device_registry.sources.folder import read_folder
from services.notifier.domain.loading import load_teams
from services.rules_engine.domain import checks
from services.rules_engine.domain.checks.check import Known
from services.rules_engine.domain.loading import load
from shared.runtime.settings import shipped_rules

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "guide-des-regles.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("slug", checks.SLUGS)
def test_every_check_has_its_row(slug: str) -> None:
    assert f"`{slug}`" in GUIDE


@pytest.mark.parametrize("page", ["README.md", "docs/guide-des-regles.md"])
def test_the_rules_that_are_shown_are_right(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    rules = [block for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if block.startswith("- id:")]
    assert rules
    folder = shipped_rules()
    teams = load_teams((folder / "teams.yaml").read_text(encoding="utf-8"), "teams.yaml").by_id
    known = Known(load_inventory(read_folder(folder)), frozenset(teams))
    for block in rules:
        loaded = load(block, page, known)
        assert loaded.problems == ()
        assert len(loaded.rules) == 1
