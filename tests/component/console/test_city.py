"""A city that can't work says so instead of waiting for ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from services.console.city import ServiceDied
from services.rules_engine.service import RulesEngineService
from shared.errors import InputError
from shared.runtime.settings import shipped_rules

NOW = datetime(2022, 1, 10, tzinfo=UTC)


def test_an_inventory_that_cannot_be_read_is_said_at_once(running: Callable[..., Any], tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    for name in ("lighting", "teams.yaml"):
        (rules / name).symlink_to(shipped_rules() / name)
    with pytest.raises(InputError, match="vigie rules check"), running(NOW, rules):
        pass


def test_a_service_that_dies_ends_the_wait_for_it(running: Callable[..., Any]) -> None:
    with running(NOW) as at_work:
        at_work.city.config["activity"].register(lambda: True)
        at_work.city._failures[RulesEngineService.name] = RuntimeError("broken")
        with pytest.raises(ServiceDied, match="rules_engine has died: RuntimeError: broken"):
            at_work.city.timeline.settle()
        at_work.city._failures.clear()
