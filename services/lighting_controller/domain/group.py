"""The groups of luminaires that the registry's inventory makes, with the place for which their sun is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final
from zoneinfo import ZoneInfo

from services.lighting_controller.domain.daylight import Site
from shared.model.registry import Group, Inventory, Point

LUMINAIRE: Final = "luminaire"
"""The kind of the points that are lit."""


@dataclass(frozen=True)
class LuminaireGroup:
    """Luminaires that are commanded together.

    Attributes:
        directorate: whose people may command it.
        site: in the middle of its luminaires, with the zone of the first.
        luminaires: ids of points, sorted.
    """

    id: str
    title: str
    directorate: str
    site: Site
    luminaires: tuple[str, ...]


def groups_in(inventory: Inventory) -> list[LuminaireGroup]:
    """The groups that have luminaires, by id; their other points, and those that are retired, are left out."""
    lit = {point.id: point for point in inventory.points if point.kind == LUMINAIRE and point.retired is None}
    groups = sorted(inventory.groups, key=lambda group: group.id)
    members = ((group, [lit[point] for point in sorted(set(group.points)) if point in lit]) for group in groups)
    return [_group(group, points) for group, points in members if points]


def _group(group: Group, points: Sequence[Point]) -> LuminaireGroup:
    site = Site(
        fmean(point.latitude for point in points),
        fmean(point.longitude for point in points),
        ZoneInfo(points[0].zone),
    )
    return LuminaireGroup(group.id, group.title.fr, group.directorate, site, tuple(point.id for point in points))
