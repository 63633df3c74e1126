"""Which points an inventory has of a kind, in an area, of a directorate and so on; what stands at a point."""

from __future__ import annotations

from dataclasses import dataclass

from shared.errors import NotFound
from shared.model.registry import Device, Inventory, Kind, Mount, Point


@dataclass(frozen=True)
class Wanted:
    """What is looked for; None: any. A group, area, kind or site that doesn't exist has no points."""

    kind: str | None = None
    area: str | None = None
    directorate: str | None = None
    group: str | None = None
    site: str | None = None


@dataclass(frozen=True)
class PointDetails:
    """A point, what is observed there, and the devices that stand or stood there."""

    point: Point
    kind: Kind
    mounts: tuple[Mount, ...]
    devices: tuple[Device, ...]


def find(inventory: Inventory, wanted: Wanted) -> tuple[Point, ...]:
    """The points that have all that is wanted, in the order of ids."""
    members = {group.id: group.points for group in inventory.groups}
    return tuple(
        point
        for point in inventory.points
        if wanted.kind in (None, point.kind)
        and wanted.directorate in (None, point.directorate)
        and wanted.site in (None, point.site)
        and (wanted.area is None or wanted.area in point.areas)
        and (wanted.group is None or point.id in members.get(wanted.group, ()))
    )


def details(inventory: Inventory, identifier: str) -> PointDetails:
    """What is known of a point.

    Raises:
        NotFound: there is no such point.
    """
    point = next((point for point in inventory.points if point.id == identifier), None)
    if point is None:
        raise NotFound("point", identifier)
    mounts = tuple(mount for mount in inventory.mounts if mount.point == identifier)
    here = {mount.device for mount in mounts}
    return PointDetails(
        point=point,
        kind=next(kind for kind in inventory.kinds if kind.id == point.kind),
        mounts=mounts,
        devices=tuple(device for device in inventory.devices if device.id in here),
    )
