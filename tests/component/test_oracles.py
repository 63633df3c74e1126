"""Recordings through the whole city give the numbers worked out independently (rules/recordings/SOURCES.md)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.component.reading import result, rows

TOULOUSE = """
- id: oracle.toulouse
  title: Oracle
  owner: gemapi
  for_each: {{kind: water-level, points: [garonne-toulouse]}}
  when: {{">=": [{{var: level}}, {up}]}}
  {until}
  severity: orange
  then:
    - notify: {{team: gemapi-astreinte, message: "{{point}} : {{level}}"}}
"""
BINS = """
- id: oracle.bins
  title: Oracle
  owner: dechets
  for_each: {kind: drop-off-container}
  when: {at_least: [fill, 80 %]}
  until: {at_most: [fill, 20 %]}
  severity: minor
  then:
    - notify: {team: dechets-collecte, message: "{point} : {fill}", digest: "05:00"}
"""


def transitions(folder: Path) -> list[tuple[str, str]]:
    found = rows(folder, "rules_engine", "transition", "at, kind")
    return [(at[:16], kind) for at, kind in found]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("up", "until", "expected"),
    [
        pytest.param(
            "2.0 m",
            "until: {below: [level, 1.8 m]}",
            [("2022-01-10 01:45", "fired"), ("2022-01-12 20:45", "resolved")],
            id="2.0 m and 1.8 m",
        ),
        pytest.param(
            "3.0 m",
            "until: {below: [level, 2.8 m]}",
            [("2022-01-10 10:15", "fired"), ("2022-01-11 19:30", "resolved")],
            id="3.0 m and 2.8 m, one episode",
        ),
        pytest.param(
            "3.0 m",
            "",
            [
                ("2022-01-10 10:15", "fired"),
                ("2022-01-10 10:30", "resolved"),
                ("2022-01-10 10:45", "fired"),
                ("2022-01-11 17:45", "resolved"),
            ],
            id="3.0 m without hysteresis, two episodes",
        ),
    ],
)
def test_the_flood_at_toulouse_raises_and_clears_when_it_did(
    replayed: Callable[..., Any],
    rules_with: Callable[[str], Path],
    tmp_path: Path,
    up: str,
    until: str,
    expected: list[tuple[str, str]],
) -> None:
    rules = rules_with(TOULOUSE.format(up=up, until=until))
    with replayed("garonne-toulouse-2022-01", rules) as at_work:
        assert at_work.rpc.telemetry.summary() == {
            "observations": 2976,
            "duplicates": 0,
            "quarantined": 0,
            "rejected": {},
        }
    assert transitions(tmp_path / "city") == expected


@pytest.mark.slow
def test_the_bins_of_wyndham_raise_and_clear_as_often_as_they_did(
    replayed: Callable[..., Any], rules_with: Callable[[str], Path]
) -> None:
    with replayed("wyndham-2018-2021", rules_with(BINS)) as at_work:
        decided = at_work.rpc.rules_engine.summary()
        assert at_work.rpc.telemetry.summary()["observations"] == 29357
    assert (decided["fired"], decided["resolved"]) == (3527, 3523)


@pytest.mark.slow
def test_a_replay_gives_the_same_rows_twice(replayed: Callable[..., Any], tmp_path: Path) -> None:
    for run in ("first", "second"):
        with replayed("crue", data=tmp_path / run):
            pass
    assert result(tmp_path / "first") == result(tmp_path / "second")
    assert transitions(tmp_path / "first") == [
        ("2022-01-10 01:45", "fired"),
        ("2022-01-10 10:15", "fired"),
        ("2022-01-11 19:30", "resolved"),
        ("2022-01-12 20:45", "resolved"),
    ]
