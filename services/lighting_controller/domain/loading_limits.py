"""The limits of the streets, read from ``lighting/limits.yaml``; every fault with its line and column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from services.lighting_controller.domain.limits import NamedZone, RoadLimits
from services.lighting_controller.domain.road_class import ROAD_CLASSES, RoadClass
from shared import documents
from shared.documents import Document, Path, did_you_mean
from shared.errors import ProblemsFound
from shared.problems import Problem
from shared.units import UnitError, parse_duration, parse_quantity

_KEYS: Final = ("classes", "default", "groups", "tags", "luminaires", "zones")
_PERCENTS: Final[Mapping[str, int]] = {"floor": 0, "step": 1, "share": 1}
_DURATIONS: Final[Mapping[str, timedelta]] = {"ramp": timedelta(minutes=10), "dwell": timedelta(days=1)}
_LIMITS: Final = ("floor", "step", "ramp", "dwell", "share")
_NONE: Final = RoadClass(name="", floor=0, step=100, ramp=timedelta(), dwell=timedelta(), share=100)


def load_limits(text: str, file: str) -> RoadLimits:
    """Read the file.

    Raises:
        ProblemsFound: with all faults.
    """
    reader = _Reader(documents.read(text, file))
    limits = reader.limits()
    if reader.problems:
        raise ProblemsFound(reader.problems)
    return limits


class _Reader:
    """Reads one document and collects what is wrong with it."""

    def __init__(self, document: Document) -> None:
        self.problems: list[Problem] = []
        self._document = document
        self._classes: dict[str, RoadClass] = {}

    def limits(self) -> RoadLimits:
        if not isinstance(self._document.data, dict):
            self._tell((), "shape", f"expected a mapping: {', '.join(_KEYS)}")
            return RoadLimits(_NONE)
        self.problems += self._document.unknown_keys((), _KEYS)
        for name in self._mapping("classes"):
            self._classes[name] = self._class(("classes", name), name)
        return RoadLimits(
            default=self._named(("default",), self._document.data.get("default")),
            by_group={group: self._of_group(("groups", group)) for group in self._mapping("groups")},
            by_tag=self._assigned("tags"),
            by_luminaire=self._assigned("luminaires"),
            zones=self._zones(),
        )

    def _class(self, path: Path, name: str) -> RoadClass:
        if name not in ROAD_CLASSES:
            hint = did_you_mean(name, ROAD_CLASSES) or "M1 to M6, C0 to C5 or P1 to P6"
            self._tell(path, "unknown-class", f"'{name}' is no class of EN 13201-2", hint, key=True)
        entry = self._value(path)
        if not isinstance(entry, dict):
            self._tell(path, "shape", f"expected limits: {', '.join(_LIMITS)}")
            return replace(_NONE, name=name)
        self.problems += self._document.unknown_keys(path, _LIMITS)
        if missing := ", ".join(f"'{key}'" for key in _LIMITS if key not in entry):
            self._tell(path, "missing", f"class '{name}' has no {missing}", f"every class has {', '.join(_LIMITS)}")
        return self._limited(path, replace(_NONE, name=name))

    def _of_group(self, path: Path) -> RoadClass:
        """A class by its name, or with limits of the group's own."""
        entry = self._value(path)
        if not isinstance(entry, dict):
            return self._named(path, entry)
        self.problems += self._document.unknown_keys(path, ("class", *_LIMITS))
        return self._limited(path, self._named((*path, "class"), entry.get("class")))

    def _limited(self, path: Path, road: RoadClass) -> RoadClass:
        """The class with the limits that stand there."""
        found: dict[str, Any] = {}
        for key in self._value(path):
            if key in _PERCENTS:
                found[key] = self._percent((*path, key), _PERCENTS[key])
            elif key in _DURATIONS:
                found[key] = self._duration((*path, key), _DURATIONS[key])
        return replace(road, **found)

    def _assigned(self, key: str) -> dict[str, RoadClass]:
        return {name: self._named((key, name), value) for name, value in self._mapping(key).items()}

    def _named(self, path: Path, name: Any) -> RoadClass:
        if isinstance(name, str) and name in self._classes:
            return self._classes[name]
        hint = did_you_mean(str(name), self._classes) or f"described above: {', '.join(self._classes) or 'none'}"
        self._tell(path, "unknown-class", f"no class '{name}' is described under classes:", hint)
        return _NONE

    def _zones(self) -> tuple[NamedZone, ...]:
        entries = self._document.data.get("zones") or []
        if not isinstance(entries, list):
            self._tell(("zones",), "shape", "'zones' must be a list")
            return ()
        zones: dict[str, NamedZone] = {}
        for index, entry in enumerate(entries):
            path: Path = ("zones", index)
            if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
                self._tell(path, "shape", "expected a zone: id, groups, areas")
                continue
            self.problems += self._document.unknown_keys(path, ("id", "title", "groups", "areas"))
            zone = NamedZone(entry["id"], self._names(path, "groups"), self._names(path, "areas"))
            if zone.id in zones:
                self._tell((*path, "id"), "double-id", f"a second zone '{zone.id}'")
            if not (zone.groups or zone.areas):
                self._tell(path, "shape", f"zone '{zone.id}' has neither groups nor areas")
            zones[zone.id] = zone
        return tuple(zones.values())

    def _names(self, path: Path, key: str) -> tuple[str, ...]:
        names = self._value(path).get(key, [])
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            self._tell((*path, key), "shape", f"'{key}' must be a list of ids")
            return ()
        return tuple(names)

    def _percent(self, path: Path, least: int) -> int:
        value = self._value(path)
        try:
            quantity = parse_quantity(value) if isinstance(value, str) else None
        except UnitError as error:
            self._tell(path, "limit", str(error), "for example 40 %")
            return least
        if quantity is None or quantity.unit != "%":
            self._tell(path, "limit", f"'{value}' is no percentage", "it has its unit: 40 %")
            return least
        if quantity.value not in range(least, 101):
            self._tell(path, "limit", f"'{value}' is not a whole number from {least} % to 100 %")
            return least
        return int(quantity.value)

    def _duration(self, path: Path, most: timedelta) -> timedelta:
        value = self._value(path)
        try:
            duration = parse_duration(value) if isinstance(value, str) else None
        except UnitError as error:
            self._tell(path, "limit", str(error))
            return timedelta()
        if duration is None:
            self._tell(path, "limit", f"'{value}' is not a duration", "it has its unit: 10 min, 5 s")
            return timedelta()
        if duration > most:
            self._tell(path, "limit", f"'{value}' is too long", f"at most {most}")
        return duration

    def _mapping(self, key: str) -> dict[str, Any]:
        value = self._document.data.get(key) or {}
        if not isinstance(value, dict):
            self._tell((key,), "shape", f"'{key}' must be a mapping")
            return {}
        return value

    def _value(self, path: Path) -> Any:
        value = self._document.data
        for step in path:
            value = value[step]
        return value

    def _tell(self, path: Path, slug: str, message: str, hint: str | None = None, *, key: bool = False) -> None:
        self.problems.append(self._document.problem(path, slug, message, hint, key=key))
