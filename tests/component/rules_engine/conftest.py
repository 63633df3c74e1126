"""A city on a riverbank with few points, whose rules are changed while it runs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from eventlet.event import Event
from sqlalchemy import text

from services.console.city import City
from services.rules_engine import providers
from shared.errors import NotReady
from shared.runtime.apart import run_apart
from shared.runtime.clock import VirtualClock
from shared.runtime.settings import Secret, Settings, shipped_rules

NOW = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)
KEY = "open-sesame-of-the-rules"
AUTHORIZED = {"Authorization": f"Bearer {KEY}", "X-Vigie-Actor": "lucie"}
_SHIPPED = (
    "kinds/water-level.yaml",
    "kinds/hubeau-station.yaml",
    "inventory/directorates.yaml",
    "inventory/garonne.yaml",
    "inventory/areas/toulouse-berges.geojson",
)
RULE = """- id: {id}
  title: "{title}"
  owner: gemapi
  review_by: 2027-06-30
  for_each: {{kind: water-level}}
  when: {{above: [level, {limit}]}}
  severity: red
  then: [{{notify: {{team: gemapi-astreinte, message: "{{point}} : {{level}}"}}}}]
  tests:
    - given: {{step: 15 min, level: [1.5 m]}}
      expect: nothing
"""


def rule(identifier: str = "gemapi.crue", *, limit: str = "2 m", title: str = "Crue") -> str:
    return RULE.format(id=identifier, limit=limit, title=title)


@dataclass
class River:
    """A running city, its rules folder, and ways to ask it."""

    city: City
    rpc: Any
    folder: Path

    def write(self, content: str, name: str = "gemapi/rules.yaml") -> None:
        file = self.folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(content, encoding="utf-8")

    def settle(self) -> None:
        assert self.city.timeline is not None
        self.city.timeline.settle()

    def limits(self) -> dict[str, float]:
        """The rules in force, each with its threshold."""
        return {item["id"]: item["thresholds"][0]["value"] for item in self.rpc.rules_engine.rules()}

    def audit(self) -> list[tuple[str, ...]]:
        with self.city.databases["rules_engine"].transaction() as transaction:
            rows = transaction.connection.execute(text("SELECT actor, act, subject, detail FROM audit ORDER BY id"))
            return [tuple(row) for row in rows]

    def ask(
        self, method: str, path: str, content: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        """Status and content."""
        link = HTTPConnection(*self.city.address, timeout=60)
        body = content if isinstance(content, bytes | None) else json.dumps(content).encode()
        link.request(method, f"/v1/rules/{path}", body, AUTHORIZED if headers is None else headers)
        answer = link.getresponse()
        found = json.loads(answer.read())
        link.close()
        return answer.status, found


@contextmanager
def running(folder: Path, *, clock: Any = None, key: str | None = KEY) -> Iterator[River]:
    """A city in a folder, which goes on where an earlier one stopped; its rules stand in ``folder/rules``."""
    rules = folder / "rules"
    if not rules.exists():
        for name in _SHIPPED:
            (rules / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(shipped_rules() / name, rules / name)
        for name in ("lighting", "teams.yaml"):
            (rules / name).symlink_to(shipped_rules() / name)
        (rules / "gemapi").mkdir()
        (rules / "gemapi" / "rules.yaml").write_text(rule(), encoding="utf-8")
    opened = None if key is None else Secret(key)
    settings = replace(Settings(), listen="127.0.0.1:0", rules_dir=rules, operator_key=opened)
    city = City(settings, folder / "data", clock or VirtualClock(NOW))
    with city.running() as rpc:
        yield River(city, rpc, rules)


@pytest.fixture
def open_river(tmp_path: Path) -> Callable[..., Any]:
    """A function that runs the city of this test, as a context manager."""
    return lambda **how: running(tmp_path, **how)


@pytest.fixture
def river(tmp_path: Path) -> Iterator[River]:
    with running(tmp_path) as found:
        yield found


class Judging:
    """Judging that begins at once and goes on until the test lets it end."""

    def __init__(self) -> None:
        self.asked = self.sent_away = 0
        self._end = Event()

    def __call__(self, module: str, question: bytes, longest_s: float) -> bytes:
        self.asked += 1
        self._end.wait()
        return run_apart(module, question, longest_s)

    def end(self) -> None:
        self._end.send(None)


@pytest.fixture
def judging(monkeypatch: pytest.MonkeyPatch) -> Judging:
    """Of whoever asks for it from now on."""
    found, judge = Judging(), providers.JudgeProvider._judge

    def counted(self: providers.JudgeProvider, question: Any) -> Any:
        try:
            return judge(self, question)
        except NotReady:
            found.sent_away += 1
            raise

    monkeypatch.setattr(providers, "run_apart", found)
    monkeypatch.setattr(providers.JudgeProvider, "_judge", counted)
    return found
