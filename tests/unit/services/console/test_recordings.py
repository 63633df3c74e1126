"""Recordings keep their clock time and weekday when they are moved by whole weeks."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from services.console.recordings import Part, Recording, Scenario, load_scenarios
from shared.runtime.settings import shipped_rules


def recording(folder: Path, stamps: list[str], zone: str = "Europe/Paris") -> Recording:
    file = folder / "recording.csv.gz"
    rows = "".join(f"{stamp},d,1.5\n" for stamp in stamps)
    file.write_bytes(gzip.compress(f"time,device,value\n{rows}".encode()))
    return Recording("r", "R", file, ZoneInfo(zone), "gemapi", len(stamps))


@pytest.mark.parametrize(
    ("stamp", "weeks", "expected"),
    [
        pytest.param("2022-01-10T01:45:00Z", 0, "2022-01-10T01:45Z", id="its own date"),
        pytest.param("2026-03-26T08:00:00", 1, "2026-04-02T06:00Z", id="over the night of March: still 8 o'clock"),
        pytest.param("2026-10-22T08:00:00", 1, "2026-10-29T07:00Z", id="over the night of October: still 8 o'clock"),
        pytest.param("2026-10-22", 0, "2026-10-21T22:00Z", id="a date alone is its first moment"),
    ],
)
def test_moments_are_moved_on_the_calendar(tmp_path: Path, stamp: str, weeks: int, expected: str) -> None:
    (uplink,) = recording(tmp_path, [stamp]).uplinks(weeks)
    assert uplink.time == datetime.fromisoformat(expected)
    assert uplink.values == {"value": 1.5}


def test_a_scenario_plays_what_happened_between_its_bounds(tmp_path: Path) -> None:
    stamps = [f"2022-01-0{day}T12:00:00Z" for day in (1, 2, 3, 4)]
    days = {"start": datetime(2022, 1, 2, tzinfo=UTC), "end": datetime(2022, 1, 4, tzinfo=UTC)}
    scenario = Scenario("s", "S", (Part(recording(tmp_path, stamps), 0),), **days)
    assert [moment.day for moment, _ in scenario.instants()] == [2, 3]
    assert [moment.day for moment, _ in scenario.instants(datetime(2022, 1, 3, 12, tzinfo=UTC))] == [3]


def test_the_demonstration_moves_the_bins_by_whole_weeks() -> None:
    demo = load_scenarios(shipped_rules())["demo"]
    assert {part.recording.id: part.weeks for part in demo.parts}["wyndham-2018-2021"] == 120
