"""Recordings as they are shipped: real data with their source, licence, zone and place."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from shared.documents import read


@dataclass(frozen=True)
class Uplink:
    """What one device said at one time; None: no measure."""

    time: datetime
    device: str
    values: Mapping[str, float | None]
    directorate: str


@dataclass(frozen=True)
class Recording:
    """A file of uplinks in the order of their times.

    Attributes:
        zone: in which times without offset are read; a date alone is its first moment there.
        directorate: whose devices they are.
    """

    id: str
    title: str
    file: Path
    zone: ZoneInfo
    directorate: str
    rows: int

    def uplinks(self, weeks: int = 0, to: ZoneInfo | None = None) -> Iterator[Uplink]:
        """All uplinks, moved by whole weeks of the zone's calendar: weekday and time of day stay.

        Args:
            to: the zone where it is played: ten o'clock at night there is ten o'clock here. What was recorded in UTC
                keeps its moments; None: so does everything.
        """
        with gzip.open(self.file, "rt", encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                stamp, device = row.pop("time"), row.pop("device")
                yield Uplink(self._moment(stamp, weeks, to), device, _said(row), self.directorate)

    def _moment(self, stamp: str, weeks: int, to: ZoneInfo | None) -> datetime:
        moment = datetime.fromisoformat(stamp)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self.zone)
        # Aware arithmetic within one zone keeps the clock time over a daylight-saving change.
        local = moment.astimezone(self.zone) + timedelta(weeks=weeks)
        if to is not None and self.zone.key != "UTC":
            local = local.replace(tzinfo=to)
        return local.astimezone(UTC)


def _said(row: Mapping[str, str]) -> Mapping[str, float | None]:
    """The values of a row. An empty cell may be that of another make of device; a row without any says "no measure"."""
    return {name: float(text) for name, text in row.items() if text} or dict.fromkeys(row)


def load_recordings(rules_dir: Path) -> dict[str, Recording]:
    """The shipped recordings, by id.

    Raises:
        ProblemsFound: a manifest is wrong.
    """
    found = (_recording(file) for file in sorted((rules_dir / "recordings").glob("*.yaml")))
    return {recording.id: recording for recording in found}


def _recording(file: Path) -> Recording:
    data: dict[str, Any] = read(file.read_text(encoding="utf-8"), str(file)).data
    return Recording(
        id=data["id"],
        title=data["title"]["fr"],
        file=file.parent / data["file"],
        zone=ZoneInfo(data["zone"]),
        directorate=data["directorate"],
        rows=data["rows"],
    )
