"""A running city with one gauge and a few rules, that tests ask over HTTP, by RPC and by command."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from services.console.application import application
from services.console.city import City
from shared.runtime.clock import VirtualClock
from shared.runtime.settings import Secret, Settings, shipped_rules

POINT = "garonne-toulouse"
KEY = "open-sesame"
QUARTER = timedelta(minutes=15)
RULES = """\
- id: gemapi.crue
  title: "Garonne haute"
  owner: gemapi
  for_each: {kind: water-level, points: [garonne-toulouse]}
  when: {at_least: [level, 2.50 m]}
  for: 30 min
  until: {below: [level, 2.30 m]}
  severity: yellow
  then:
    - notify: {team: gemapi-hydrologie, message: "{point} : {level}."}
    - light: {group: berges-garonne, level: 100 %, at_most: 4 h, reason: crue}
- id: gemapi.pont
  title: "Pont fermé"
  owner: gemapi
  for_each: {kind: water-level, points: [garonne-toulouse]}
  when: {at_least: [level, 2.55 m]}
  unless: gemapi.crue
  severity: info
  then:
    - notify: {team: gemapi-hydrologie, message: "{point} : {level}."}
- id: gemapi.fausse
  title: "Fausse"
  owner: gemapi
  for_each: {kind: water-level}
  when: {at_least: [hauteur, 2.50 m]}
  severity: yellow
  then:
    - notify: {team: gemapi-hydrologie, message: "{point}."}
"""


@dataclass(frozen=True)
class Asked:
    """A city at work."""

    city: City
    rpc: Any
    key: str
    key_file: Path

    def post(self, level: float, at: datetime) -> None:
        """What the gauge of the point saw, in metres."""
        content = json.dumps({"device": "O200004001", "time": at.isoformat(), "values": {"hauteur": level * 1000}})
        link = HTTPConnection(*self.city.address, timeout=30)
        link.request(
            "POST", "/v1/observations", content, {"Authorization": f"Bearer {self.key}", "X-Trace-Id": f"t-{at:%H%M}"}
        )
        assert link.getresponse().status == 200
        link.close()
        timeline = self.city.timeline
        assert timeline is not None
        timeline.settle()

    def observe(self, levels: Sequence[float]) -> None:
        """A level now, and each of the others a quarter of an hour later."""
        timeline = self.city.timeline
        assert timeline is not None
        for index, level in enumerate(levels):
            if index:
                timeline.advance(self.city.clock.now() + QUARTER)
            self.post(level, self.city.clock.now())

    def wait(self, span: timedelta) -> None:
        timeline = self.city.timeline
        assert timeline is not None
        timeline.advance(self.city.clock.now() + span)
        timeline.settle()

    def get(self, path: str, key: str = KEY) -> tuple[int, Any]:
        link = HTTPConnection(*self.city.address, timeout=30)
        link.request("GET", f"/v1/rules/{path}", headers={"Authorization": f"Bearer {key}"})
        answer = link.getresponse()
        found = json.loads(answer.read())
        link.close()
        return answer.status, found

    def vigie(self, *arguments: str, key_file: Path | None = None) -> tuple[int, str]:
        """A command: its exit code and what it printed."""
        host, port = self.city.address
        where = ["--url", f"http://{host}:{port}", "--key-file", str(key_file or self.key_file)]
        result = CliRunner().invoke(application, [*arguments, *where])
        return result.exit_code, result.output


_NEEDED = (
    "kinds/water-level.yaml", "kinds/hubeau-station.yaml", "kinds/luminaire.yaml", "inventory/directorates.yaml",
    "inventory/garonne.yaml", "inventory/berges-garonne.yaml", "inventory/areas/toulouse-berges.geojson",
)  # fmt: skip


def rules_folder(folder: Path, written: str) -> Path:
    """Rules, and the small part of the shipped city that they are about."""
    rules = folder / "rules"
    for name in _NEEDED:
        (rules / name).parent.mkdir(parents=True, exist_ok=True)
        (rules / name).symlink_to(shipped_rules() / name)
    for name in ("lighting", "teams.yaml"):
        (rules / name).symlink_to(shipped_rules() / name)
    (rules / "gemapi").mkdir()
    (rules / "gemapi" / "rules.yaml").write_text(written, encoding="utf-8")
    return rules


@contextmanager
def asked_city(folder: Path, start: datetime, written: str = RULES) -> Iterator[Asked]:
    """A city of its own, whose clock stands at the start."""
    rules = rules_folder(folder, written)
    settings = replace(Settings(), listen="127.0.0.1:0", rules_dir=rules, operator_key=Secret(KEY))
    city = City(settings, folder / "city", VirtualClock(start))
    key_file = folder / "operator.key"
    key_file.write_text(f"{KEY}\n", encoding="utf-8")
    with city.running() as rpc:
        key = rpc.device_registry.issue_key(actor={"id": "test"}, directorate="gemapi")
        timeline = city.timeline
        assert timeline is not None
        timeline.settle()
        yield Asked(city, rpc, key, key_file)
