"""Which areas contain a point: GeoJSON polygons with holes, single or several, on the plane of the coordinates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from shared.model.registry import Area

Position = Sequence[float]
Ring = Sequence[Position]


def areas_around(areas: Iterable[Area], longitude: float, latitude: float) -> tuple[str, ...]:
    """The ids of the areas that contain the place, in the order of ``areas``."""
    return tuple(area.id for area in areas if contains(area.geometry, longitude, latitude))


def contains(geometry: dict[str, Any], longitude: float, latitude: float) -> bool:
    """Whether a GeoJSON Polygon or MultiPolygon contains the place; its holes do not belong to it.

    A place exactly on an edge belongs to one of the two sides, always the same one.
    """
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return any(_in_polygon(polygon, longitude, latitude) for polygon in polygons)


def _in_polygon(rings: Sequence[Ring], x: float, y: float) -> bool:
    outline, *holes = rings
    return _in_ring(outline, x, y) and not any(_in_ring(hole, x, y) for hole in holes)


def _in_ring(ring: Ring, x: float, y: float) -> bool:
    """Whether a ray to the east crosses the ring an odd number of times."""
    crossings = 0
    for start, end in pairwise(ring):
        # Half-open in y, so that a ray through a corner counts it once.
        if (start[1] > y) != (end[1] > y):
            along = (y - start[1]) / (end[1] - start[1])
            crossings += x < start[0] + along * (end[0] - start[0])
    return crossings % 2 == 1
