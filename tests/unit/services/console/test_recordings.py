"""Recordings keep their clock time and weekday when they are moved by whole weeks."""

from __future__ import annotations

import gzip
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from services.console.recordings import Recording

PARIS = ZoneInfo("Europe/Paris")


def recording(folder: Path, lines: list[str], zone: str = "Europe/Paris") -> Recording:
    """A recording of two columns, ``value`` and ``other``."""
    file = folder / "recording.csv.gz"
    file.write_bytes(gzip.compress("\n".join(["time,device,value,other", *lines, ""]).encode()))
    return Recording("r", "R", file, ZoneInfo(zone), "gemapi", len(lines))


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
    (uplink,) = recording(tmp_path, [f"{stamp},d,1.5,"]).uplinks(weeks)
    assert uplink.time == datetime.fromisoformat(expected)
    assert uplink.values == {"value": 1.5}


@pytest.mark.parametrize(
    ("zone", "stamp", "expected"),
    [
        pytest.param("America/Toronto", "2025-03-22T23:00:30", "2025-03-22T22:00:30Z", id="a night stays a night"),
        pytest.param("Australia/Brisbane", "2024-03-01T03:00:00Z", "2024-03-01T12:00Z", id="with an offset too"),
        pytest.param("Australia/Melbourne", "2019-09-27", "2019-09-26T22:00Z", id="a day stays that day"),
        pytest.param("UTC", "2022-01-10T01:45:00Z", "2022-01-10T01:45Z", id="what is in UTC keeps its moment"),
    ],
)
def test_played_elsewhere_the_clock_shows_the_same(tmp_path: Path, zone: str, stamp: str, expected: str) -> None:
    (uplink,) = recording(tmp_path, [f"{stamp},d,1,"], zone).uplinks(to=PARIS)
    assert uplink.time == datetime.fromisoformat(expected)


def test_an_empty_cell_is_no_value_and_an_empty_row_says_no_measure(tmp_path: Path) -> None:
    uplinks = recording(tmp_path, ["2022-01-10,d,,0", "2022-01-11,d,,"]).uplinks()
    assert [uplink.values for uplink in uplinks] == [{"other": 0.0}, {"value": None, "other": None}]
