"""The limits of the streets, read from ``lighting/limits.yaml``; every fault with its line and column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, Final

from services.lighting_controller.domain.envelope.limits import NamedZone, RoadLimits
from services.lighting_controller.domain.reading import Reading, among
from services.lighting_controller.domain.reading_quantities import duration, percent
from services.lighting_controller.domain.road_class import ROAD_CLASSES, RoadClass
from shared import documents
from shared.documents import Path
from shared.errors import ProblemsFound

_KEYS: Final = ("classes", "default", "groups", "tags", "luminaires", "zones")
_UNIT: Final = "it has its unit: 10 min, 5 s"
_LIMITS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "floor": partial(percent, slug="limit"),
    "step": partial(percent, slug="limit", least=1),
    "ramp": partial(duration, slug="limit", hint=_UNIT, most=timedelta(minutes=10)),
    "dwell": partial(duration, slug="limit", hint=_UNIT, most=timedelta(days=1)),
    "share": partial(percent, slug="limit", least=1),
}
"""How each is read."""
_NONE: Final = RoadClass(name="", floor=0, step=100, ramp=timedelta(), dwell=timedelta(), share=100)
_EN: Final = among(ROAD_CLASSES, "unknown-class", "class of EN 13201-2", "M1 to M6, C0 to C5 or P1 to P6")

Classes = dict[str, RoadClass]


def load_limits(text: str, file: str) -> RoadLimits:
    """Read the file.

    Raises:
        ProblemsFound: with all faults.
    """
    reading = Reading(documents.read(text, file))
    if not reading.is_mapping((), f"a mapping: {', '.join(_KEYS)}"):
        raise ProblemsFound(reading.problems)
    reading.has_words((), _KEYS, ())
    classes = {name: _class(reading, ("classes", name), name) for name in reading.mapping(("classes",))}
    limits = RoadLimits(
        default=_named(reading, ("default",), classes),
        by_group={name: _of_group(reading, ("groups", name), classes) for name in reading.mapping(("groups",))},
        by_tag=_assigned(reading, "tags", classes),
        by_luminaire=_assigned(reading, "luminaires", classes),
        zones=_zones(reading),
    )
    if reading.problems:
        raise ProblemsFound(reading.problems)
    return limits


def _class(reading: Reading, path: Path, name: str) -> RoadClass:
    reading.attempt(path, _EN, name, key=True)
    if not reading.is_mapping(path, f"limits: {', '.join(_LIMITS)}"):
        return replace(_NONE, name=name)
    reading.has_words(path, _LIMITS, ())
    if missing := ", ".join(f"'{key}'" for key in _LIMITS if key not in reading.at(path)):
        reading.note(path, "missing", f"class '{name}' has no {missing}", f"every class has {', '.join(_LIMITS)}")
    return _limited(reading, path, replace(_NONE, name=name))


def _of_group(reading: Reading, path: Path, classes: Classes) -> RoadClass:
    """A class by its name, or with limits of the group's own."""
    if not isinstance(reading.at(path), dict):
        return _named(reading, path, classes)
    reading.has_words(path, ("class", *_LIMITS), ())
    return _limited(reading, path, _named(reading, (*path, "class"), classes))


def _limited(reading: Reading, path: Path, road: RoadClass) -> RoadClass:
    """The class with the limits that stand there."""
    written = {key: value for key, value in reading.at(path).items() if key in _LIMITS}
    found = {key: reading.attempt((*path, key), _LIMITS[key], value) for key, value in written.items()}
    return replace(road, **{key: value for key, value in found.items() if value is not None})


def _assigned(reading: Reading, key: str, classes: Classes) -> Classes:
    return {name: _named(reading, (key, name), classes) for name in reading.mapping((key,))}


def _named(reading: Reading, path: Path, classes: Classes) -> RoadClass:
    hint = f"described under classes: {', '.join(classes) or 'none'}"
    name = reading.attempt(path, among(classes, "unknown-class", "class", hint), reading.at(path))
    return _NONE if name is None else classes[name]


def _zones(reading: Reading) -> tuple[NamedZone, ...]:
    zones: dict[str, NamedZone] = {}
    for path in reading.entries("zones", "a zone: id, groups, areas", ("id", "title", "groups", "areas"), ("id",)):
        zone = NamedZone(reading.at((*path, "id")), *(reading.ids((*path, key)) for key in ("groups", "areas")))
        if zone.id in zones:
            reading.note((*path, "id"), "double-id", f"a second zone '{zone.id}'")
        if not (zone.groups or zone.areas):
            reading.note(path, "shape", f"zone '{zone.id}' has neither groups nor areas")
        zones[zone.id] = zone
    return tuple(zones.values())
