"""Reads areas from GeoJSON: features with a polygon, longitude first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal

import msgspec

from services.device_registry.domain.items import Item, every
from services.device_registry.domain.writing import FeatureText
from shared.model.registry import Area, Text

_SMALLEST_RING: Final = 4

Ring = list[list[float]]


class _Polygon(msgspec.Struct):
    type: Literal["Polygon"]
    coordinates: list[Ring]


class _MultiPolygon(msgspec.Struct):
    type: Literal["MultiPolygon"]
    coordinates: list[list[Ring]]


def features(root: Item) -> list[Item]:
    """The features of a file: those of a FeatureCollection, or the one that the file is."""
    if isinstance(root.value, dict) and isinstance(root.value.get("features"), list):
        return [root.at("features", index) for index in range(len(root.value["features"]))]
    return [root]


def read_area(item: Item) -> Area:
    """A feature.

    Raises:
        ProblemsFound: among others, those of all its rings.
    """
    written = item.read_tolerant(FeatureText)
    about, shape = written.properties, item.at("geometry")
    every(_check_ring, _rings(shape))
    return Area(
        id=item.at("properties").identifier(about.id),
        title=Text(fr=about.title_fr, en=about.title_en),
        geometry={"type": written.geometry["type"], "coordinates": written.geometry["coordinates"]},
    )


def _rings(shape: Item) -> Iterator[Item]:
    if shape.value.get("type") == "MultiPolygon":
        polygons = shape.read_tolerant(_MultiPolygon).coordinates
        places = [(shape.at("coordinates", index), polygon) for index, polygon in enumerate(polygons)]
    else:
        places = [(shape.at("coordinates"), shape.read_tolerant(_Polygon).coordinates)]
    for place, polygon in places:
        if not polygon:
            raise place.fault("area-ring", "a polygon without an outline")
        yield from (place.at(index) for index in range(len(polygon)))


def _check_ring(item: Item) -> None:
    ring: Sequence[Sequence[float]] = item.value
    if len(ring) < _SMALLEST_RING or ring[0] != ring[-1]:
        raise item.fault("area-ring", "a ring has at least four positions, and the last is the first again")
    for index, position in enumerate(ring):
        if len(position) < 2:
            raise item.at(index).fault("coordinates", "a position is a longitude and a latitude")
        longitude, latitude = position[:2]
        if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
            hint = "longitude comes first; did you swap longitude and latitude?"
            raise item.at(index).fault("coordinates", f"no such place: {longitude}, {latitude}", hint)
