"""Which areas contain a point: GeoJSON polygons with holes, single or several, on the plane of the coordinates."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from shared.model.registry import Area

Position = Sequence[float]
Ring = Sequence[Position]


@dataclass(frozen=True)
class Outline:
    """An area made ready to be asked about many places: most of them are not even in its box.

    Attributes:
        polygons: each a ring and its holes, which do not belong to it.
        west, south, east, north: of the smallest box around it, degrees.
    """

    area: str
    polygons: Sequence[Sequence[Ring]]
    west: float
    south: float
    east: float
    north: float

    def contains(self, longitude: float, latitude: float) -> bool:
        """Whether the place is in the area. One exactly on an edge belongs to one of its two sides, always the same."""
        if not (self.west <= longitude <= self.east and self.south <= latitude <= self.north):
            return False
        return any(_in_polygon(polygon, longitude, latitude) for polygon in self.polygons)


def outline(area: Area) -> Outline:
    """The outline of an area."""
    return outline_of(area.geometry, area.id)


def outline_of(geometry: Mapping[str, Any], area: str = "") -> Outline:
    """The outline of a GeoJSON Polygon or MultiPolygon that is sound, whether or not an area of the registry has it."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    positions = [position for polygon in polygons for position in polygon[0]]
    # An area of no polygon at all is nowhere: no place is between these.
    west, south = (min((position[axis] for position in positions), default=math.inf) for axis in (0, 1))
    east, north = (max((position[axis] for position in positions), default=-math.inf) for axis in (0, 1))
    return Outline(area, polygons, west, south, east, north)


def areas_around(outlines: Iterable[Outline], longitude: float, latitude: float) -> tuple[str, ...]:
    """The ids of the areas that contain the place, in the order of ``outlines``."""
    return tuple(outline.area for outline in outlines if outline.contains(longitude, latitude))


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
