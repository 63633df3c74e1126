"""Makes of GeoJSON a document in the shape of the inventory's files: points and areas.

The text is read twice only where something is wrong in it: the places of its values take long to find.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from services.device_registry.domain.exchange.from_table import Written
from services.device_registry.domain.writing import PointText
from shared.documents import Document, Path, read
from shared.errors import ProblemsFound
from shared.problems import Problem, Span

_OF_POINTS: Final = frozenset(PointText.__struct_fields__) - {"longitude", "latitude"}
_NEEDED: Final = ("id", "title", "kind", "directorate")


def read_features(text: str, file: str, *, with_places: bool) -> Document:
    """The text as a document whose data are a FeatureCollection's.

    Raises:
        ProblemsFound: it is no GeoJSON.
    """
    try:
        return read(text, file) if with_places else Document(file, json.loads(text), {}, {})
    except RecursionError as error:
        raise ProblemsFound([Problem("geojson", "lists within lists, too deep to read", file, Span(1, 1))]) from error
    except ValueError as error:
        place = Span(getattr(error, "lineno", 1), getattr(error, "colno", 1))
        raise ProblemsFound([Problem("geojson", f"this is no GeoJSON: {error}", file, place)]) from error


def features_of(document: Document) -> list[Any]:
    """The features: those of a collection, or the one that the file is."""
    data = document.data
    if isinstance(data, dict) and isinstance(data.get("features"), list):
        return list(data["features"])
    return [data]


def is_of_points(document: Document) -> bool:
    """Whether it holds points rather than areas."""
    return any(_geometry(feature).get("type") == "Point" for feature in features_of(document))


def _geometry(feature: Any) -> dict[str, Any]:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    return geometry if isinstance(geometry, dict) else {}


def areas_written(document: Document) -> Written:
    """What features say of areas."""
    data = {"areas": [feature if isinstance(feature, dict) else {} for feature in features_of(document)]}
    return Written("areas", _renamed(document, data, _place_in_areas(document)))


def _place_in_areas(document: Document) -> Path:
    return ("features",) if isinstance(document.data, dict) and "features" in document.data else ()


def _renamed(document: Document, data: dict[str, Any], features: Path) -> Document:
    """The document with its features as items of the one section of ``data``."""
    (section,) = data
    depth = len(features)
    spans: dict[Path, Span] = {}
    for path, span in document.spans.items():
        if path[:depth] == features:
            inner = path[depth:] if features else (0, *path)
            spans[_moved((section, *inner), section)] = span
    return Document(document.file, data, spans, {})


def _moved(path: Path, section: str) -> Path:
    """Where a feature's value stands in the section."""
    if section != "points" or len(path) < 3:
        return path
    match path[2:]:
        case ("properties", *inner):
            return (*path[:2], *inner)
        case ("geometry", "coordinates", 0):
            return (*path[:2], "longitude")
        case ("geometry", "coordinates", 1):
            return (*path[:2], "latitude")
    return (*path[:2], "?", *path[2:])


def points_written(document: Document, known: Mapping[str, dict[str, Any]]) -> Written:
    """What features say of points; of properties that a feature lacks, a known point keeps its own."""
    things: list[dict[str, Any]] = []
    faults: list[tuple[int, str, str]] = []
    for index, feature in enumerate(features_of(document)):
        thing = _point(feature, known)
        things.append(thing)
        faults += [(index, name, f"no '{name}'") for name in _NEEDED if not thing.get(name)]
        if not _is_position(_geometry(feature)):
            faults.append(
                (index, "longitude", "a geometry of type Point with a longitude and a latitude is wanted here")
            )
    renamed = _renamed(document, {"points": things}, _place_in_areas(document))
    problems = [renamed.problem(("points", index, name), "missing", message) for index, name, message in faults]
    return Written("points", renamed, tuple(problems), frozenset(index for index, _, _ in faults))


def _point(feature: Any, known: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    about = feature.get("properties") if isinstance(feature, dict) else None
    said = about if isinstance(about, dict) else {}
    before = {name: value for name, value in known.get(str(said.get("id")), {}).items() if name != "mounted"}
    thing = {**before, **{name: value for name, value in said.items() if name in _OF_POINTS}}
    position = _geometry(feature).get("coordinates")
    if isinstance(position, list) and len(position) >= 2:
        thing["longitude"], thing["latitude"] = position[:2]
    return {name: value for name, value in thing.items() if value is not None}


def _is_position(geometry: dict[str, Any]) -> bool:
    place = geometry.get("coordinates")
    return geometry.get("type") == "Point" and isinstance(place, list) and len(place) >= 2
