"""Recordings through the whole city give the numbers worked out independently (rules/recordings/SOURCES.md)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.component.reading import result, rows
from tests.extent import either
from tests.recorded import rows_of

pytestmark = [pytest.mark.slow, pytest.mark.sized]

# The flood is over; some of the 35 months of bins; both alerts of the flood have begun.
FLOOD_UNTIL = either(datetime(2022, 1, 13, tzinfo=UTC), datetime(2022, 2, 1, tzinfo=UTC))
BINS_UNTIL = either(datetime(2018, 8, 1, tzinfo=UTC), datetime(2021, 6, 1, tzinfo=UTC))
TWICE_UNTIL = either(datetime(2022, 1, 10, 12, tzinfo=UTC), datetime(2022, 1, 14, tzinfo=UTC))

TOULOUSE = """
- id: oracle.{name}
  title: Oracle
  owner: gemapi
  for_each: {{kind: water-level, points: [garonne-toulouse]}}
  when: {{">=": [{{var: level}}, {up}]}}
  {until}
  severity: orange
  then:
    - notify: {{team: gemapi-astreinte, message: "{{point}} : {{level}}"}}
"""
# Name: when it fires, until when, and what that led to.
FLOOD = {
    "two-metres": (
        "2.0 m",
        "until: {below: [level, 1.8 m]}",
        [("2022-01-10 01:45", "fired"), ("2022-01-12 20:45", "resolved")],
    ),
    "three-metres-one-episode": (
        "3.0 m",
        "until: {below: [level, 2.8 m]}",
        [("2022-01-10 10:15", "fired"), ("2022-01-11 19:30", "resolved")],
    ),
    "three-metres-without-hysteresis": (
        "3.0 m",
        "",
        [
            ("2022-01-10 10:15", "fired"),
            ("2022-01-10 10:30", "resolved"),
            ("2022-01-10 10:45", "fired"),
            ("2022-01-11 17:45", "resolved"),
        ],
    ),
}
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


@pytest.fixture
def without_lamps(rules_with: Callable[[str], Path]) -> Callable[[str], Path]:
    """A rules folder with these rules alone and no lamp: a night of twelve costs more than a day of thirty bins."""

    def make(rules: str) -> Path:
        folder = rules_with(rules)
        (folder / "inventory" / "berges-garonne.yaml").unlink()
        return folder

    return make


def transitions(folder: Path, rule: str | None = None) -> list[tuple[str, str]]:
    found = rows(folder, "rules_engine", "transition", "at, kind, rule")
    return [(at[:16], kind) for at, kind, its in found if rule in (None, its)]


def test_the_flood_at_toulouse_raises_and_clears_when_it_did(
    replayed: Callable[..., Any], without_lamps: Callable[[str], Path], tmp_path: Path
) -> None:
    written = (TOULOUSE.format(name=name, up=up, until=until) for name, (up, until, _) in FLOOD.items())
    with replayed("garonne-toulouse-2022-01", without_lamps("".join(written)), until=FLOOD_UNTIL) as at_work:
        assert at_work.rpc.telemetry.summary() == {
            "observations": either(1153, 2976),
            "duplicates": 0,
            "quarantined": 0,
            "rejected": {},
        }
    for name, (_, _, expected) in FLOOD.items():
        assert transitions(tmp_path / "city", f"oracle.{name}") == expected, name


def full_and_emptied(until: datetime) -> tuple[int, int]:
    """How often bins came to 80 % and went back to 20 %, of rows that say 0 to 10: naively."""
    full: set[str] = set()
    raised = cleared = 0
    for row in rows_of("wyndham-2018-2021"):
        level = int(row.cells["latestFullness"])
        if row.at <= until and level >= 8 and row.device not in full:
            full.add(row.device)
            raised += 1
        elif row.at <= until and level <= 2 and row.device in full:
            full.remove(row.device)
            cleared += 1
    return raised, cleared


def test_the_bins_of_wyndham_raise_and_clear_as_often_as_they_did(
    replayed: Callable[..., Any], without_lamps: Callable[[str], Path]
) -> None:
    with replayed("wyndham-2018-2021", without_lamps(BINS), until=BINS_UNTIL) as at_work:
        decided = at_work.rpc.rules_engine.summary()
        assert at_work.rpc.telemetry.summary()["observations"] == either(1147, 29357)
    assert (decided["fired"], decided["resolved"]) == either((158, 155), (3527, 3523)) == full_and_emptied(BINS_UNTIL)


def test_a_replay_gives_the_same_rows_twice(replayed: Callable[..., Any], tmp_path: Path) -> None:
    for run in ("first", "second"):
        with replayed("crue", data=tmp_path / run, until=TWICE_UNTIL):
            pass
    assert result(tmp_path / "first") == result(tmp_path / "second")
    begun = [("2022-01-10 01:45", "fired"), ("2022-01-10 10:15", "fired")]
    ended = [("2022-01-11 19:30", "resolved"), ("2022-01-12 20:45", "resolved")]
    assert transitions(tmp_path / "first") == either(begun, begun + ended)
