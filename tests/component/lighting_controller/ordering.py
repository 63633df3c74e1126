"""A city in one process whose street lights are asked and ordered over HTTP, as with ``vigie lighting``."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.console.application import application
from services.console.city import City
from shared.runtime.clock import VirtualClock
from shared.runtime.settings import Secret, Settings, shipped_rules

KEY, EMERGENCY_KEY = "open-sesame-open", "fire-brigade-key-1"
NOW = datetime(2026, 11, 25, 1, 45, tzinfo=UTC)
"""02:45 in Marseille: the quays of Martigues are switched off, the bank of the Huveaune is at 40 %."""

Vigie = Callable[..., Result]


@contextmanager
def city_with(folder: Path, limits: str | None = None) -> Iterator[City]:
    """A city at ``NOW`` with the shipped rules, and these limits of its streets or the shipped ones."""
    rules = Path(shutil.copytree(shipped_rules(), folder / "rules"))
    if limits is not None:
        (rules / "lighting" / "limits.yaml").write_text(limits, encoding="utf-8")
    keys = {"operator_key": Secret(KEY), "emergency_key": Secret(EMERGENCY_KEY)}
    settings = replace(Settings(), listen="127.0.0.1:0", rules_dir=rules, **keys)
    running = City(settings, folder, VirtualClock(NOW))
    with running.running():
        settle(running)
        yield running


def commands_of(city: City, tmp_path_factory: pytest.TempPathFactory) -> Vigie:
    file = tmp_path_factory.mktemp("key") / "operator.key"
    file.write_text(KEY, encoding="utf-8")
    url = "http://{}:{}".format(*city.address)

    def run(*words: str, exit_code: int = 0, typed: str | None = None) -> Result:
        words = ("lighting", *words, "--url", url, "--key-file", str(file))
        result = CliRunner().invoke(application, list(words), input=typed)
        assert result.exit_code == exit_code, result.output
        settle(city)
        return result

    return run


def settle(city: City) -> None:
    assert city.timeline is not None
    city.timeline.advance(city.clock.now() + timedelta(seconds=1))


def ask(city: City, method: str, path: str, body: Any = None, key: str = KEY, actor: str = "lucie") -> tuple[int, Any]:
    link = HTTPConnection(*city.address, timeout=30)
    headers = {"Authorization": f"Bearer {key}", "X-Vigie-Actor": actor}
    link.request(method, f"/v1/lighting/{path}", None if body is None else json.dumps(body), headers)
    answer = link.getresponse()
    content = json.loads(answer.read())
    link.close()
    settle(city)
    return answer.status, content
