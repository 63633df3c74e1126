"""A city for measuring: 500 gauging stations, and 300 rules of which each observation is read by five.

The river lies between 1.0 m and 1.6 m, where no rule fires. At ``ALARM_MM`` exactly one does, and one person is told.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from shared.runtime.settings import shipped_rules

STATIONS: Final = 500
ZONES: Final = 60
DIRECTORATE: Final = "gemapi"
CALM_MM: Final = 1_000
ALARM_MM: Final = 100
_TEAM: Final = "mesure"
_DIRECTORATES: Final = ("bruit", "dechets", "eclairage", "gemapi", "mobilite")
_OURS: Final = (*_DIRECTORATES, "inventory", "recordings", "notifier", "scenarios", "teams.yaml")

_SHAPES: Final[tuple[dict[str, Any], ...]] = (
    {"id": "prealerte", "when": {"at_least": ["level", "2.0 m"]}, "until": {"below": ["level", "1.8 m"]}},
    {"id": "alerte", "when": {">=": [{"var": "level"}, "3.0 m"]}, "until": {"<": [{"var": "level"}, "2.8 m"]}},
    {"id": "crue", "when": {"between": ["level", "4.0 m", "6.0 m"]}, "until": {"below": ["level", "3.5 m"]}},
    {"id": "submersion", "when": {"at_least": ["level", "6.0 m"]}, "for": "30 min"},
    {"id": "etiage", "when": {"below": ["level", "0.2 m"]}, "until": {"at_least": ["level", "0.5 m"]}},
)
RULES: Final = ZONES * len(_SHAPES)


def name_of(station: int) -> str:
    """Id of a station's point and of its device."""
    return f"mesure-{station:03}"


def uplink(station: int, time: datetime, level_mm: float) -> bytes:
    """What a station says in one message, as its gateway sends it."""
    return json.dumps(content(station, time, level_mm)).encode()


def content(station: int, time: datetime, level_mm: float) -> dict[str, Any]:
    """The same, not yet written."""
    return {"device": name_of(station), "time": time.isoformat(), "values": {"hauteur": level_mm}}


class Instants:
    """The times of calm observations: each later than all before it, and none so old that it would decide nothing."""

    _STEP: Final = timedelta(milliseconds=50)

    def __init__(self, now: datetime) -> None:
        self._next = now - timedelta(minutes=30)

    def calm(self, number: int) -> Iterator[tuple[int, datetime, float]]:
        """Station, time and level of so many observations; every station has its turn before one has another."""
        for n in range(number):
            station, turn = n % STATIONS, n // STATIONS
            if station == 0:
                self._next += self._STEP
            yield station, self._next, CALM_MM + (station + 7 * turn) % 600

    @property
    def last(self) -> datetime:
        """The newest time that was given."""
        return self._next


def write_rules(folder: Path) -> Path:
    """The rules folder of such a city; the folder."""
    folder.mkdir(parents=True)
    for item in shipped_rules().iterdir():
        if item.name not in _OURS:
            (folder / item.name).symlink_to(item)
    for name in ("gemapi", "inventory"):
        (folder / name).mkdir()
    for name in ("directorates.yaml", "berges-garonne.yaml", "areas"):
        (folder / "inventory" / name).symlink_to(shipped_rules() / "inventory" / name)
    _write(folder / "gemapi" / "mesure.yaml", [_rule(zone, shape) for zone in range(ZONES) for shape in _SHAPES])
    _write(folder / "inventory" / "mesure.yaml", _inventory())
    _write(folder / "teams.yaml", _teams())
    return folder


def _rule(zone: int, shape: dict[str, Any]) -> dict[str, Any]:
    return {
        **shape,
        "id": f"gemapi.zone-{zone:02}.{shape['id']}",
        "title": f"Zone {zone} : {shape['id']}",
        "owner": DIRECTORATE,
        "criticality": "vital",
        "for_each": {"kind": "water-level", "tags": [f"zone-{zone:02}"]},
        "severity": "red",
        "then": [{"notify": {"team": _TEAM, "message": "{point} : {level}"}}],
    }


def _inventory() -> dict[str, Any]:
    stations = range(STATIONS)
    return {
        "points": [_point(station) for station in stations],
        "devices": [{"id": name_of(station), "model": "hubeau-station"} for station in stations],
    }


def _point(station: int) -> dict[str, Any]:
    name = name_of(station)
    return {
        "id": name, "title": name, "kind": "water-level", "directorate": DIRECTORATE, "longitude": 1.44,
        "latitude": 43.6, "tags": [f"zone-{station % ZONES:02}"], "mounted": [{"device": name, "since": "2020-01-01"}],
    }  # fmt: skip


def _teams() -> dict[str, Any]:
    return {
        "fallback": "exploitation",
        "people": [
            {"id": "astreinte", "name": "Astreinte", "role": "mesure", "phone": "+33 6 39 98 01 01"},
            {"id": "exploitation", "name": "Exploitation", "role": "mesure", "email": "exploitation@example.org"},
        ],
        "teams": [
            {"id": _TEAM, "title": "Mesure", "channels": ["sms"], "members": ["astreinte"]},
            {"id": "exploitation", "title": "Exploitation", "owner_of": DIRECTORATE, "channels": ["email"],
             "members": ["exploitation"]},
        ],
    }  # fmt: skip


def _write(file: Path, content: object) -> None:
    # JSON is YAML.
    file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def utc_now() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)
