"""Which points a rule watches."""

from __future__ import annotations

from services.rules_engine.domain.rule import Selector
from shared.model.registry import Inventory, Point


def select(selector: Selector, inventory: Inventory) -> tuple[Point, ...]:
    """The points that the selector takes, in the inventory's order; each part of it narrows the choice.

    A retired point is taken by none: nothing is observed there any more.
    """
    members = _members(selector, inventory)
    return tuple(
        point for point in inventory.points if _takes(selector, point) and (members is None or point.id in members)
    )


def _members(selector: Selector, inventory: Inventory) -> frozenset[str] | None:
    if selector.group is None:
        return None
    return frozenset(point for group in inventory.groups if group.id == selector.group for point in group.points)


def _takes(selector: Selector, point: Point) -> bool:
    return (
        point.retired is None
        and point.kind == selector.kind
        and (selector.area is None or selector.area in point.areas)
        and (not selector.points or point.id in selector.points)
        and set(selector.tags) <= set(point.tags)
    )
