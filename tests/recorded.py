"""The shipped recordings as plain rows, read without the code that plays them: what tests compare a city with."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from math import log10
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from shared.documents import read

FOLDER = Path(__file__).parents[1] / "rules" / "recordings"
MANIFESTS: dict[str, dict[str, Any]] = {
    file.stem: read(file.read_text(encoding="utf-8"), file.name).data for file in sorted(FOLDER.glob("*.yaml"))
}


@dataclass(frozen=True)
class Row:
    """A row of a recording.

    Attributes:
        at: its time, UTC.
        local: the same on the clock of the recording's zone.
        cells: the text of each column after time and device; empty: no measure.
    """

    at: datetime
    local: datetime
    device: str
    cells: dict[str, str]


def texts_of(recording: str) -> list[dict[str, str]]:
    """The rows as they are written."""
    with gzip.open(FOLDER / MANIFESTS[recording]["file"], "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def rows_of(recording: str) -> Iterator[Row]:
    """The rows with their times."""
    zone = ZoneInfo(MANIFESTS[recording]["zone"])
    for cells in texts_of(recording):
        written, device = datetime.fromisoformat(cells.pop("time")), cells.pop("device")
        at = (written if written.tzinfo else written.replace(tzinfo=zone)).astimezone(UTC)
        yield Row(at, at.astimezone(zone), device, cells)


def series_of(recording: str, column: str) -> dict[str, list[tuple[datetime, float]]]:
    """What each device measured, by local time: the cells that are not empty."""
    found: dict[str, list[tuple[datetime, float]]] = {}
    for row in rows_of(recording):
        if row.cells[column]:
            found.setdefault(row.device, []).append((row.local, float(row.cells[column])))
    return found


def energy_mean(levels: Iterable[float]) -> float:
    """The one level, in dB, that has the energy of many."""
    powers = [10 ** (level / 10) for level in levels]
    return 10 * log10(sum(powers) / len(powers))


def french_periods(levels: Iterable[tuple[datetime, float]]) -> dict[str, float]:
    """Ld, Le and Ln of (local time, level) pairs: 6 to 18 h, 18 to 22 h, 22 to 6 h; and Lden where there are all."""
    parts: dict[str, list[float]] = defaultdict(list)
    for local, level in levels:
        parts["ld" if 6 <= local.hour < 18 else "le" if 18 <= local.hour < 22 else "ln"].append(level)
    found = {name: energy_mean(some) for name, some in parts.items()}
    return {**found, "lden": lden(**found)} if len(found) == 3 else found


def lden(ld: float, le: float, ln: float) -> float:
    """Twelve hours of day, four of evening with 5 dB more, eight of night with 10 dB more."""
    return 10 * log10((12 * 10 ** (ld / 10) + 4 * 10 ** ((le + 5) / 10) + 8 * 10 ** ((ln + 10) / 10)) / 24)
