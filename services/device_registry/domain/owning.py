"""Which directorates answer for a thing, and whether someone may change it."""

from __future__ import annotations

from collections.abc import Iterable

from services.device_registry.domain.assembling import Key
from services.device_registry.domain.changing import Changes
from shared.actor import Actor
from shared.errors import Forbidden
from shared.model.registry import Inventory


def owners(inventory: Inventory, key: Key) -> set[str | None]:
    """The directorates that answer for a thing; None among them: that is everybody's.

    A site is that of its points; one without points is nobody's: empty. A device is its points', wherever it stands
    or stood last; one that never stood anywhere is nobody's.
    """
    sort, identifier = key
    points = {point.id: point.directorate for point in inventory.points}
    match sort:
        case "points":
            return {points[identifier]} if identifier in points else set()
        case "sites":
            return {point.directorate for point in inventory.points if point.site == identifier}
        case "groups":
            return {group.directorate for group in inventory.groups if group.id == identifier}
        case "mounts":
            return {points[mount.point] for mount in inventory.mounts if mount.id == identifier}
        case "devices":
            mounts = [mount for mount in inventory.mounts if mount.device == identifier]
            last = max(mounts, key=lambda mount: mount.since, default=None)
            return set() if last is None else {points[last.point]}
        case _:
            return {None}


def require_own(actor: Actor, changes: Changes, versions: Iterable[Inventory]) -> None:
    """Return if the actor may make these changes. ``versions``: the inventory before and after them.

    Raises:
        Forbidden: another directorate answers for one of the things.
    """
    if actor.directorate is None:
        return
    for inventory in versions:
        for change in changes.changes:
            if owners(inventory, (change.sort, change.id)) - {actor.directorate}:
                raise Forbidden(actor.id, f"change {change.sort} {change.id}")
