"""A place has its longitude and latitude in their own columns, not in each other's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.device_registry.domain.draft import Draft
from shared.containing import Outline, areas_around, outline
from shared.model.registry import Point
from shared.problems import Problem

_HINT = "did you swap longitude and latitude?"


def swapping(draft: Draft) -> Iterator[Problem]:
    """Problem ``coordinates`` at a place that is nowhere, or that lies in an area of ours only when swapped."""
    points = [entry.entity for entry in draft.points]
    right_areas = []
    for area in draft.areas:
        around = outline(area.entity)
        if _is_swapped(around, points):
            message = f"{area.entity.id} contains no point of ours, but would with latitude first"
            yield area.item.at("geometry", "coordinates").problem("coordinates", message, _HINT)
        else:
            right_areas.append(around)
    for point in draft.points:
        reason = _why_nowhere(point.entity, right_areas)
        if reason is not None:
            yield point.item.at("longitude").problem("coordinates", reason, _HINT)


def _is_swapped(area: Outline, points: Sequence[Point]) -> bool:
    """Whether several points lie in it swapped and none as it is; were it one point, that would be the wrong one."""
    if any(area.contains(point.longitude, point.latitude) for point in points):
        return False
    return sum(area.contains(point.latitude, point.longitude) for point in points) > 1


def _why_nowhere(point: Point, areas: Sequence[Outline]) -> str | None:
    longitude, latitude = point.longitude, point.latitude
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        return f"no such place: longitude {longitude}, latitude {latitude}"
    if any(area.contains(longitude, latitude) for area in areas):
        return None
    swapped = areas_around(areas, latitude, longitude)
    return f"in no area; swapped it would lie in {', '.join(swapped)}" if swapped else None
