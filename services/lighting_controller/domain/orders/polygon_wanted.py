"""Reads the polygon of an emergency from GeoJSON; each fault says where in it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

_SMALLEST_RING: Final = 4
_MOST_POSITIONS: Final = 20_000


class BadPolygon(ValueError):
    """It is no polygon; the text begins with the place."""


def geometry_of(written: Mapping[str, Any]) -> dict[str, Any]:
    """The Polygon or MultiPolygon of a geometry, of a feature, or of all features of a collection.

    Raises:
        BadPolygon: at the first fault.
    """
    shapes = [shape for where, geometry in _geometries(written) for shape in _polygons(where, geometry)]
    if sum(len(ring) for shape in shapes for ring in shape) > _MOST_POSITIONS:
        words = f"plus de {_MOST_POSITIONS} positions ; dessinez-le plus simplement"
        raise BadPolygon(f"polygon: {words} / more than {_MOST_POSITIONS} positions; draw it more coarsely")
    return {"type": "MultiPolygon", "coordinates": shapes}


def turned(geometry: Mapping[str, Any]) -> dict[str, Any]:
    """The same MultiPolygon with each position's two numbers exchanged."""
    shapes = [[[position[::-1] for position in ring] for ring in shape] for shape in geometry["coordinates"]]
    return {"type": "MultiPolygon", "coordinates": shapes}


def _geometries(written: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    match written.get("type"):
        case "FeatureCollection":
            features = written.get("features")
            if not isinstance(features, list) or not features:
                raise BadPolygon("polygon.features: au moins un objet / at least one feature")
            for index, feature in enumerate(features):
                where = f"polygon.features[{index}].geometry"
                yield where, feature.get("geometry") if isinstance(feature, dict) else None
        case "Feature":
            yield "polygon.geometry", written.get("geometry")
        case _:
            yield "polygon", written


def _polygons(where: str, geometry: Any) -> list[list[list[list[float]]]]:
    kind = geometry.get("type") if isinstance(geometry, Mapping) else None
    if kind not in ("Polygon", "MultiPolygon"):
        wanted = "il faut un Polygon ou un MultiPolygon / a Polygon or MultiPolygon is wanted"
        raise BadPolygon(f"{where}: {wanted}, not {kind!r}"[:200])
    place, written = f"{where}.coordinates", geometry.get("coordinates")
    if kind == "Polygon":
        return [_rings(place, written)]
    shapes = _list(place, written, "au moins un polygone / at least one polygon")
    return [_rings(f"{place}[{index}]", shape) for index, shape in enumerate(shapes)]


def _rings(where: str, written: Any) -> list[list[list[float]]]:
    rings = _list(where, written, "au moins un contour / at least an outline")
    return [_ring(f"{where}[{index}]", ring) for index, ring in enumerate(rings)]


def _ring(where: str, written: Any) -> list[list[float]]:
    positions = _list(where, written, "positions")
    ring = [_position(f"{where}[{index}]", position) for index, position in enumerate(positions)]
    if len(ring) < _SMALLEST_RING or ring[0] != ring[-1]:
        raise BadPolygon(
            f"{where}: un contour a au moins quatre positions, et la dernière est de nouveau la première / "
            "a ring has at least four positions, and the last is the first again"
        )
    return ring


def _position(where: str, written: Any) -> list[float]:
    if not isinstance(written, list) or len(written) < 2 or not all(map(_is_number, written[:2])):
        raise BadPolygon(
            f"{where}: une position est une longitude et une latitude, en degrés / "
            "a position is a longitude and a latitude, in degrees"
        )
    longitude, latitude = float(written[0]), float(written[1])
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise BadPolygon(
            f"{where}: pas un lieu ; la longitude d'abord, puis la latitude / "
            "no such place; longitude comes first, then latitude"
        )
    return [longitude, latitude]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _list(where: str, written: Any, what: str) -> Sequence[Any]:
    if not isinstance(written, list) or not written:
        raise BadPolygon(f"{where}: {what}")
    return written
