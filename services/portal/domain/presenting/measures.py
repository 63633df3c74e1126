"""The points with their latest values: by kind, fill levels as bars, other quantities as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from services.portal.domain.answers import Latest
from services.portal.domain.snapshot import Snapshot
from services.portal.domain.wording import Wording
from shared.civil_time import PARIS
from shared.model.observations import Quality
from shared.model.registry import Kind, Point, Property

_QUALITIES: Final = frozenset(quality.value for quality in Quality)


@dataclass(frozen=True)
class Value:
    """A point's latest value of one property.

    Attributes:
        share: of a percentage, 0 to 100, for a bar.
        over: an alert fires at the point.
        doubt: why it should not be taken at its word: its quality, its age.
    """

    title: str
    place: str | None
    text: str
    when: str
    share: float
    over: bool
    quality: str
    doubt: str | None
    replayed: bool
    simulated: bool


@dataclass(frozen=True)
class Shelf:
    """The points of one kind and directorate. ``bars``: they are percentages."""

    title: str
    directorate: str
    zone_note: str | None
    bars: bool
    values: tuple[Value, ...]
    silent: str | None


def present(snapshot: Snapshot, wording: Wording) -> tuple[Shelf, ...] | None:
    """The shelves in the registry's order of kinds; None when telemetry did not answer."""
    if snapshot.latest is None:
        return None
    inventory = snapshot.inventory
    by_point: dict[str, list[Latest]] = {}
    for item in snapshot.latest:
        by_point.setdefault(item.point, []).append(item)
    lamps = {lamp.luminaire for group in snapshot.lamps or () for lamp in group.luminaires}
    firing = frozenset(alert.point for alert in snapshot.alerts or ())
    owners = {item.id: wording.pick(item.title) for item in inventory.directorates}
    shelves = []
    for kind in inventory.kinds:
        points = [point for point in inventory.points if point.kind == kind.id and point.id not in lamps]
        for directorate in dict.fromkeys(point.directorate for point in points):
            own = [point for point in points if point.directorate == directorate]
            shelf = _Shelving(kind, by_point, firing, snapshot.now, wording)
            shelves.append(shelf.of(own, owners.get(directorate, directorate)))
    return tuple(shelves)


@dataclass(frozen=True)
class _Shelving:
    """What the points of one shelf share."""

    kind: Kind
    latest: Mapping[str, Sequence[Latest]]
    firing: frozenset[str]
    now: datetime
    wording: Wording

    def of(self, points: Sequence[Point], directorate: str) -> Shelf:
        bars = all(item.unit == "%" for item in self.kind.properties.values())
        values = [self._value(point, item) for point in points for item in self._known(point)]
        if bars:
            values.sort(key=lambda value: (-value.share, value.title))
        silent = sum(1 for point in points if not self._known(point))
        zones = sorted({self.wording.zone_city(zone) for p in points if (zone := ZoneInfo(p.zone)) != PARIS})
        return Shelf(
            title=self.wording.pick(self.kind.title),
            directorate=directorate,
            zone_note=self.wording.say("zone-note", ", ".join(zones)) if zones else None,
            bars=bars,
            values=tuple(values),
            silent=f"{silent} × {self.wording.say('no-value')}" if silent else None,
        )

    def _known(self, point: Point) -> list[Latest]:
        return [item for item in self.latest.get(point.id, ()) if item.property in self.kind.properties]

    def _value(self, point: Point, item: Latest) -> Value:
        known: Property = self.kind.properties[item.property]
        name, _, place = point.title.partition(", ")
        return Value(
            title=name,
            place=place or None,
            text=self.wording.quantity(item.value, item.unit, known.accuracy),
            when=self.wording.moment(item.time, ZoneInfo(point.zone)),
            share=min(max(item.value, 0.0), 100.0),
            over=point.id in self.firing,
            quality=self._quality(item),
            doubt=self._doubt(item),
            replayed=point.recording is not None,
            simulated=point.simulated,
        )

    def _quality(self, item: Latest) -> str:
        return self.wording.say(f"quality-{item.quality}") if item.quality in _QUALITIES else item.quality

    def _doubt(self, item: Latest) -> str | None:
        if item.quality != Quality.GOOD:
            return self._quality(item)
        old = (self.now - item.time).total_seconds() > self.kind.stale_after_s
        return self.wording.say("stale") if old else None
