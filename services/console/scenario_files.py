"""Reads ``rules/scenarios``: which recordings are played where and when, and what is made up beside them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from services.console.recordings import Recording, load_recordings
from services.console.scenarios import Part, RecordedPart, Scenario, SimulatedPart, Span
from services.console.simulating import ByHour, Curve, Event, Filling, Series, Simulation
from shared.documents import Document, did_you_mean, read
from shared.errors import ProblemsFound
from shared.model.registry import Text
from shared.units import parse_duration

_NOTHING: Final = "0 s"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class FillsText(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A container that fills: how full it is at first and what a day adds, percent; when it is emptied."""

    level: float
    by_day: float
    emptied: tuple[str, ...] = ()


class EventText(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """``at`` a local time, ``lasting`` so long, the property is at ``value``; ``ramp``: there and back."""

    at: str
    lasting: str
    value: float
    ramp: str = _NOTHING


class SeriesText(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One of ``by_hour`` (time of day: value), ``steady`` and ``fills``; ``spread`` on both sides; ``events``.

    ``decimals``: how many the values have; 0 for what is counted.
    """

    by_hour: dict[str, float] | None = None
    steady: float | None = None
    fills: FillsText | None = None
    spread: float = 0.0
    events: tuple[EventText, ...] = ()
    decimals: int = 1


class PartText(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A part: of a ``recording``, or ``simulated`` for a directorate."""

    recording: str | None = None
    weeks: int | tuple[int, ...] = 0
    devices: dict[str, str] | None = None
    since: str | None = None
    until: str | None = None
    simulated: str | None = None
    step: str = "15 min"
    series: dict[str, dict[str, SeriesText]] = {}
    every: str = _NOTHING


class ScenarioText(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The file. ``start``, ``end``: local days in ``zone``."""

    id: str
    title: Text
    zone: str
    start: str | None = None
    end: str | None = None
    parts: tuple[PartText, ...]


def load_scenarios(rules_dir: Path) -> dict[str, Scenario]:
    """The shipped scenarios, by id; every recording is one too, alone and on its own dates.

    Raises:
        ProblemsFound: a manifest or scenario is wrong.
    """
    recordings = load_recordings(rules_dir)
    alone = {item.id: Scenario(item.id, item.title, (RecordedPart(item),)) for item in recordings.values()}
    files = sorted((rules_dir / "scenarios").glob("*.yaml"))
    return alone | {item.id: item for item in (_scenario(file, recordings) for file in files)}


def _scenario(file: Path, recordings: dict[str, Recording]) -> Scenario:
    document = read(file.read_text(encoding="utf-8"), str(file))
    text = document.convert((), ScenarioText)
    reading = _Reading(document, recordings, ZoneInfo(text.zone))
    span = Span(reading.moment(text.start), reading.moment(text.end))
    parts = tuple(reading.part(index, part, span) for index, part in enumerate(text.parts))
    return Scenario(text.id, text.title.fr, parts, span)


class _Reading:
    """The parts of one file."""

    def __init__(self, document: Document, recordings: dict[str, Recording], zone: ZoneInfo) -> None:
        self._document = document
        self._recordings = recordings
        self._zone = zone

    def moment(self, text: str | None) -> datetime | None:
        """A local day, which begins at midnight, or a local time; UTC."""
        return None if text is None else self._moment(text)

    def _moment(self, text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=self._zone).astimezone(UTC)

    def part(self, index: int, text: PartText, span: Span) -> Part:
        """A part of the file's list."""
        every = parse_duration(text.every)
        if text.simulated is not None:
            return SimulatedPart(self._simulation(text.simulated, text, span), self._zone, every)
        weeks = (text.weeks,) if isinstance(text.weeks, int) else text.weeks
        window = Span(self.moment(text.since), self.moment(text.until))
        return RecordedPart(self._recording(index, text.recording), weeks, self._zone, text.devices, every, window)

    def _recording(self, index: int, name: str | None) -> Recording:
        if name is None or name not in self._recordings:
            message, hint = f"no recording '{name}'", did_you_mean(name or "", self._recordings)
            raise ProblemsFound(
                [self._document.problem(("parts", index, "recording"), "unknown-recording", message, hint)]
            )
        return self._recordings[name]

    def _simulation(self, directorate: str, text: PartText, span: Span) -> Simulation:
        devices = {
            device: tuple(self._series(path, written, span) for path, written in properties.items())
            for device, properties in text.series.items()
        }
        return Simulation(directorate, parse_duration(text.step), devices)

    def _series(self, path: str, text: SeriesText, span: Span) -> Series:
        return Series(path, self._curve(text, span), text.spread, tuple(self._events(text.events)), text.decimals)

    def _curve(self, text: SeriesText, span: Span) -> Curve:
        if text.fills is not None:
            emptied = tuple(self._moment(moment) for moment in text.fills.emptied)
            return Filling(span.start or _EPOCH, text.fills.level, text.fills.by_day, emptied)
        if text.by_hour is not None:
            return ByHour(tuple((_hour(name), value) for name, value in text.by_hour.items()))
        return ByHour(((0.0, text.steady or 0.0),))

    def _events(self, texts: tuple[EventText, ...]) -> Iterator[Event]:
        for text in texts:
            since = self._moment(text.at)
            yield Event(since, since + parse_duration(text.lasting), text.value, parse_duration(text.ramp))


def _hour(text: str) -> float:
    moment = time.fromisoformat(text)
    return moment.hour + moment.minute / 60
