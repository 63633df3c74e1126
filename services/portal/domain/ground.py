"""What the map is drawn on: coast, waters and limits from a GeoJSON file, communes from the registry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from services.portal.domain.mapping import Projection, Window, around, outlines, path
from shared.model.registry import Area, Point

WIDE_PX: Final = 760.0
NARROW_PX: Final = 340.0
LOOKS: Final[Mapping[str, float]] = MappingProxyType({"wide": WIDE_PX, "narrow": NARROW_PX})
"""The widths in which the map is drawn, by name."""

COMMUNE: Final = "commune-"
"""Areas whose ids begin so are drawn; the others are those of rules."""

_ROLES: Final = ("land", "metropole", "commune", "water", "river")


@dataclass(frozen=True)
class Feature:
    """A shape of the ground. ``role``: ``land``, ``metropole``, ``water``, ``river``; others are not drawn."""

    role: str
    geometry: dict[str, Any]


@dataclass(frozen=True)
class Ground:
    """The shapes. ``attribution``: who is to be named under the map."""

    features: tuple[Feature, ...] = ()
    attribution: str = ""

    @property
    def window(self) -> Window | None:
        """What the map shows of the world; None: the file does not say."""
        for role in ("metropole", "land"):
            shapes = [feature.geometry for feature in self.features if feature.role == role]
            places = [(at[0], at[1]) for shape in shapes for line, _ in outlines(shape) for at in line]
            if places:
                return around(places).padded(0.01)
        return None


def read_ground(found: Mapping[str, Any]) -> Ground:
    """The ground of a GeoJSON FeatureCollection."""
    features = [
        Feature(item.get("properties", {}).get("role", ""), item["geometry"])
        for item in found.get("features", ())
        if item.get("geometry")
    ]
    return Ground(tuple(features), str(found.get("attribution", "")))


def window_of(ground: Ground, points: Sequence[Point]) -> Window | None:
    """What the map shows: the ground, unless none of the points lies there; then all points; None without any."""
    known = ground.window
    if known is not None and (not points or any(known.holds(item.longitude, item.latitude) for item in points)):
        return known
    return around((item.longitude, item.latitude) for item in points).padded(0.12, 0.02) if points else None


def drawn(ground: Ground, areas: Iterable[Area], projection: Projection) -> list[tuple[str, str]]:
    """Roles and SVG paths, the lowest first."""
    shapes = [(feature.role, feature.geometry) for feature in ground.features]
    shapes += [("commune", area.geometry) for area in areas if area.id.startswith(COMMUNE)]
    shapes.sort(key=lambda shape: _ROLES.index(shape[0]) if shape[0] in _ROLES else len(_ROLES))
    return [(role, line) for role, shape in shapes if role in _ROLES and (line := path(shape, projection))]
