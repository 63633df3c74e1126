"""The geometry of the map: an equirectangular projection, outlines as SVG paths, marks moved off each other."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.portal.domain.chart import Place

_TURN: Final = 2.399963  # the golden angle: places on a spiral that never line up
_MOST_TRIES: Final = 220


@dataclass(frozen=True)
class Window:
    """A part of the world, degrees of WGS 84."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, longitude: float, latitude: float) -> bool:
        """Whether a place lies in it."""
        return self.west <= longitude <= self.east and self.south <= latitude <= self.north

    def padded(self, share: float, least: float = 0.01) -> Window:
        """The same and a margin of that share of its size, at least so many degrees."""
        x, y = max(least, (self.east - self.west) * share), max(least, (self.north - self.south) * share)
        return Window(self.west - x, self.south - y, self.east + x, self.north + y)


def around(places: Iterable[Place]) -> Window:
    """The least window that holds all places, longitude first.

    Raises:
        ValueError: there are none.
    """
    longitudes, latitudes = zip(*places, strict=True)
    return Window(min(longitudes), min(latitudes), max(longitudes), max(latitudes))


@dataclass(frozen=True)
class Projection:
    """Places on a drawing of a width; the height follows, so that a kilometre is as long in every direction."""

    window: Window
    width: float

    @property
    def _stretch(self) -> float:
        return math.cos(math.radians((self.window.south + self.window.north) / 2))

    @property
    def _scale(self) -> float:
        return self.width / ((self.window.east - self.window.west) * self._stretch)

    @property
    def height(self) -> float:
        """The drawing's height."""
        return round((self.window.north - self.window.south) * self._scale, 1)

    def place(self, longitude: float, latitude: float) -> Place:
        """Where a place stands, from the left and from the top."""
        x = (longitude - self.window.west) * self._stretch * self._scale
        return round(x, 1), round((self.window.north - latitude) * self._scale, 1)


def outlines(geometry: dict[str, Any]) -> Iterator[tuple[Sequence[Sequence[float]], bool]]:
    """The lines of a GeoJSON geometry, and whether each is closed; points are passed over."""
    kind, coordinates = geometry["type"], geometry.get("coordinates", ())
    if kind == "LineString":
        yield coordinates, False
    elif kind == "MultiLineString":
        yield from ((line, False) for line in coordinates)
    elif kind == "Polygon":
        yield from ((ring, True) for ring in coordinates)
    elif kind == "MultiPolygon":
        yield from ((ring, True) for polygon in coordinates for ring in polygon)


def path(geometry: dict[str, Any], projection: Projection) -> str:
    """A geometry as an SVG path; what falls on the same tenth of a unit is written once."""
    return "".join(_line(line, closed, projection) for line, closed in outlines(geometry))


def _line(line: Sequence[Sequence[float]], closed: bool, projection: Projection) -> str:
    places = [projection.place(*position[:2]) for position in line]
    kept = [place for index, place in enumerate(places) if index == 0 or place != places[index - 1]]
    if len(kept) < 2:
        return ""
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in kept) + ("Z" if closed else "")


def moved_apart(wanted: Sequence[Place], least: float, width: float, height: float) -> list[Place]:
    """Places at least so far from each other, each as near as can be to the one wanted; earlier ones move less.

    Where there is no room any more they lie on each other.
    """
    taken: list[Place] = []
    for place in wanted:
        free = (there for there in _spiral(place, least) if _inside(there, least / 2, width, height))
        taken.append(next((there for there in free if all(math.dist(there, other) >= least for other in taken)), place))
    return taken


def _spiral(centre: Place, least: float) -> Iterator[Place]:
    yield centre
    for number in range(1, _MOST_TRIES):
        away = least * 0.33 * math.sqrt(number)
        x, y = centre[0] + away * math.cos(number * _TURN), centre[1] + away * math.sin(number * _TURN)
        yield round(x, 1), round(y, 1)


def _inside(place: Place, margin: float, width: float, height: float) -> bool:
    return margin <= place[0] <= width - margin and margin <= place[1] <= height - margin
