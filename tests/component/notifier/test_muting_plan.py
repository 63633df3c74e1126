"""The notifier starts with its muting.yaml, without one, and not with a wrong one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from services.notifier.domain.muting.muting_plan import DEFAULT
from services.notifier.providers import MutingPlanProvider, RetentionProvider
from shared.errors import ProblemsFound
from shared.runtime.settings import Settings


def provided(provider: Any, settings: Settings) -> Any:
    provider.container = SimpleNamespace(config={"settings": settings}, service_name="notifier")
    provider.setup()
    return provider.get_dependency(None)


def test_the_shipped_file_is_in_force() -> None:
    assert provided(MutingPlanProvider(), Settings()).inhibitions != ()


def test_without_a_file_nothing_is_hushed(tmp_path: Path) -> None:
    assert provided(MutingPlanProvider(), replace(Settings(), rules_dir=tmp_path)) == DEFAULT


def test_a_wrong_file_stops_the_start_and_says_where(tmp_path: Path) -> None:
    (tmp_path / "notifier").mkdir()
    (tmp_path / "notifier" / "muting.yaml").write_text("storm:\n  alert: 3\n", encoding="utf-8")
    with pytest.raises(ProblemsFound) as raised:
        provided(MutingPlanProvider(), replace(Settings(), rules_dir=tmp_path))
    assert "muting.yaml:2:3" in str(raised.value)
    assert "did you mean 'alerts'" in str(raised.value)


def test_how_long_is_kept_what_is_a_setting() -> None:
    found = provided(RetentionProvider(), replace(Settings(), ledger_days=30, address_days=7))
    assert (found.ledger, found.addresses) == (30, 7)


@pytest.mark.parametrize("text", ["0", "-1", "x", "1.5", "40000"])
def test_a_number_of_days_is_one(text: str) -> None:
    with pytest.raises(Exception, match="number of days"):
        Settings.from_environment({"VIGIE_LEDGER_DAYS": text})
