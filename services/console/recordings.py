"""Recordings and scenarios as they are shipped: real data with their source, licence, zone and place."""

from __future__ import annotations

import csv
import gzip
import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from shared.documents import Document, read


@dataclass(frozen=True)
class Uplink:
    """What one device said at one time."""

    time: datetime
    device: str
    values: dict[str, float]
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

    def uplinks(self, weeks: int = 0) -> Iterator[Uplink]:
        """All uplinks, moved by whole weeks of the zone's calendar: weekday and time of day stay."""
        with gzip.open(self.file, "rt", encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                stamp, device = row.pop("time"), row.pop("device")
                values = {name: float(text) for name, text in row.items() if text}
                yield Uplink(self._moment(stamp, weeks), device, values, self.directorate)

    def _moment(self, stamp: str, weeks: int) -> datetime:
        moment = datetime.fromisoformat(stamp)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self.zone)
        local = moment.astimezone(self.zone)
        # Aware arithmetic within one zone keeps the clock time over a daylight-saving change.
        return (local + timedelta(weeks=weeks)).astimezone(UTC)


@dataclass(frozen=True)
class Part:
    """A recording in a scenario."""

    recording: Recording
    weeks: int


@dataclass(frozen=True)
class Scenario:
    """Recordings on one calendar.

    Attributes:
        start, end: only what happened in [start, end] is played; None: all.
    """

    id: str
    title: str
    parts: tuple[Part, ...]
    start: datetime | None = None
    end: datetime | None = None

    def instants(self, after: datetime | None = None) -> Iterator[tuple[datetime, list[Uplink]]]:
        """The uplinks of each moment, in order of time; with ``after`` from that moment on, itself included."""
        streams = (part.recording.uplinks(part.weeks) for part in self.parts)
        merged = heapq.merge(*streams, key=lambda uplink: uplink.time)
        for moment, uplinks in groupby(merged, key=lambda uplink: uplink.time):
            if self._plays(moment) and (after is None or moment >= after):
                yield moment, list(uplinks)

    def _plays(self, moment: datetime) -> bool:
        return (self.start is None or moment >= self.start) and (self.end is None or moment <= self.end)

    def count(self) -> int:
        """How many instants there are."""
        return sum(1 for _ in self.instants())


def load_recordings(rules_dir: Path) -> dict[str, Recording]:
    """The shipped recordings, by id.

    Raises:
        ProblemsFound: a manifest is wrong.
    """
    found = (_recording(file) for file in sorted((rules_dir / "recordings").glob("*.yaml")))
    return {recording.id: recording for recording in found}


def load_scenarios(rules_dir: Path) -> dict[str, Scenario]:
    """The shipped scenarios, by id; every recording is one too, alone and on its own dates.

    Raises:
        ProblemsFound: a manifest or scenario is wrong.
    """
    recordings = load_recordings(rules_dir)
    alone = {item.id: Scenario(item.id, item.title, (Part(item, 0),)) for item in recordings.values()}
    files = sorted((rules_dir / "scenarios").glob("*.yaml"))
    return alone | {item.id: item for item in (_scenario(file, recordings) for file in files)}


def _document(file: Path) -> Document:
    return read(file.read_text(encoding="utf-8"), str(file))


def _recording(file: Path) -> Recording:
    data: dict[str, Any] = _document(file).data
    return Recording(
        id=data["id"],
        title=data["title"]["fr"],
        file=file.parent / data["file"],
        zone=ZoneInfo(data["zone"]),
        directorate=data["directorate"],
        rows=data["rows"],
    )


def _scenario(file: Path, recordings: dict[str, Recording]) -> Scenario:
    data: dict[str, Any] = _document(file).data
    zone = ZoneInfo(data["zone"])
    parts = tuple(Part(recordings[part["recording"]], part.get("weeks", 0)) for part in data["parts"])
    bounds = (_bound(data.get(name), zone) for name in ("start", "end"))
    return Scenario(data["id"], data["title"]["fr"], parts, *bounds)


def _bound(text: str | None, zone: ZoneInfo) -> datetime | None:
    return None if text is None else datetime.combine(datetime.fromisoformat(text), time.min, zone).astimezone(UTC)
