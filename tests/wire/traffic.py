"""Traffic for trials: many stations that all saw the flood of the Garonne, each a little later and higher.

It is written as a recording in a rules folder of its own, so that an embedded city and a distributed one play the same.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from shared.runtime.settings import shipped_rules

SCENARIO: Final = "trafic"
STEP: Final = timedelta(minutes=30)
_RECORDED_EVERY: Final = timedelta(minutes=15)
_SOURCE: Final = "garonne-toulouse-2022-01.csv.gz"
_FIRST: Final = datetime(2022, 1, 9, 20, tzinfo=UTC)
_LATER_BY: Final = 6
_HIGHER_BY_MM: Final = 7.0
_DIRECTORATES: Final = ("bruit", "dechets", "eclairage", "gemapi", "mobilite")
_OURS: Final = (*_DIRECTORATES, "inventory", "notifier", "recordings", "scenarios")

_RULE: Final = """
- id: gemapi.copie.{name}
  title: "Copie : {name}"
  owner: gemapi
  criticality: {criticality}
  for_each: {{kind: water-level, tags: [{tag}]}}
  when: {{at_least: [level, {high}]}}
  until: {{below: [level, {low}]}}
  severity: {severity}
  then:
    - notify: {{team: gemapi-astreinte, message: "{name} : {{point}} : {{level}}"}}
{more}"""
_LIGHT: Final = "    - light: {group: berges-garonne, level: 100 %, at_most: 4 h, reason: crue}\n"


@dataclass(frozen=True)
class Threshold:
    """A rule of the traffic: it fires from ``high`` and is resolved below ``low`` (mm), at points of a tag."""

    name: str
    high: int
    low: int
    tag: str


THRESHOLDS: Final = (Threshold("prealerte", 2000, 1800, "sixieme"), Threshold("alerte", 3000, 2800, "deuxieme"))
_EVERY: Final = {"deuxieme": 2, "sixieme": 6}


def levels(stations: int, instants: int) -> Iterator[tuple[datetime, str, float]]:
    """Time, device and level in millimetres, in the order of time."""
    with gzip.open(shipped_rules() / "recordings" / _SOURCE, "rt", encoding="utf-8") as lines:
        recorded = [float(row["hauteur"]) for row in csv.DictReader(lines)]
    begin = int((_FIRST - datetime(2022, 1, 1, tzinfo=UTC)) / _RECORDED_EVERY)
    stride = int(STEP / _RECORDED_EVERY)
    for instant in range(instants):
        for station in range(stations):
            level = recorded[begin + stride * instant - station % _LATER_BY] + station * _HIGHER_BY_MM
            yield _FIRST + instant * STEP, f"copie-{station:03}", level


def transitions(stations: int, instants: int) -> set[tuple[str, str, str, datetime]]:
    """What must come of it, worked out here: rule, kind, point and time of each transition."""
    found: set[tuple[str, str, str, datetime]] = set()
    firing: set[tuple[str, str]] = set()
    for time, device, level in levels(stations, instants):
        for rule in THRESHOLDS:
            key = (f"gemapi.copie.{rule.name}", device)
            if key not in firing and level >= rule.high and _is_watched(rule, device):
                firing.add(key)
                found.add((key[0], "fired", device, time))
            elif key in firing and level < rule.low:
                firing.remove(key)
                found.add((key[0], "resolved", device, time))
    return found


def _is_watched(rule: Threshold, device: str) -> bool:
    return rule.tag in _tags(int(device[-3:]))


def _tags(number: int) -> list[str]:
    # Every second station is watched, every sixth for both: enough to tell and to be told, and most says nothing.
    return [tag for tag, every in _EVERY.items() if number % every == 0]


def write_rules(folder: Path, stations: int, instants: int) -> Path:
    """A rules folder with the stations, their recording and their rules; the folder."""
    folder.mkdir(parents=True)
    for item in shipped_rules().iterdir():
        if item.name not in _OURS:
            (folder / item.name).symlink_to(item)
    for name in ("gemapi", "inventory", "recordings"):
        (folder / name).mkdir()
    for name in ("directorates.yaml", "berges-garonne.yaml", "areas"):
        (folder / "inventory" / name).symlink_to(shipped_rules() / "inventory" / name)
    (folder / "gemapi" / "copies.yaml").write_text(_rules(), encoding="utf-8")
    _write(folder / "inventory" / "copies.yaml", _inventory(stations))
    _write(folder / "recordings" / f"{SCENARIO}.yaml", _manifest(stations * instants))
    with gzip.open(folder / "recordings" / f"{SCENARIO}.csv.gz", "wt", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("time", "device", "hauteur"))
        rows.writerows(
            (f"{time:%Y-%m-%dT%H:%M:%SZ}", device, level) for time, device, level in levels(stations, instants)
        )
    return folder


def _rules() -> str:
    lower, upper = (
        _RULE.format(
            name=rule.name,
            criticality="vital" if rule.name == "alerte" else "normal",
            tag=rule.tag,
            high=f"{rule.high} mm",
            low=f"{rule.low} mm",
            severity="red" if rule.name == "alerte" else "yellow",
            more=_LIGHT if rule.name == "alerte" else "",
        )
        for rule in THRESHOLDS
    )
    return lower + upper


def _inventory(stations: int) -> dict[str, object]:
    points, devices = [], []
    for number in range(stations):
        name = f"copie-{number:03}"
        tags = _tags(number)
        devices.append({"id": name, "model": "hubeau-station"})
        points.append(
            {
                "id": name, "title": f"Copie {number:03}", "kind": "water-level", "directorate": "gemapi",
                "longitude": 1.44, "latitude": 43.6, "tags": tags, "mounted": [{"device": name, "since": "2020-01-01"}],
            }
        )  # fmt: skip
    return {"points": points, "devices": devices}


def _manifest(rows: int) -> dict[str, object]:
    return {
        "id": SCENARIO,
        "title": {"fr": "Trafic d'essai", "en": "Traffic for trials"},
        "file": f"{SCENARIO}.csv.gz",
        "columns": ["time", "device", "hauteur"],
        "rows": rows,
        "zone": "UTC",
        "directorate": "gemapi",
        "place": "copies",
        "period": {"fr": "janvier 2022", "en": "January 2022"},
        "source": "HydroPortail / Hub'Eau, par Toulouse-Dataviz/hackaviz-2025",
        "licence": "Licence Ouverte 2.0",
    }


def _write(file: Path, content: dict[str, object]) -> None:
    # JSON is YAML.
    file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
