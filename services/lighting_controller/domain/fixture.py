"""What the registry knows of a luminaire beside its groups: where it stands, what feeds it, what is mounted there."""

from __future__ import annotations

from dataclasses import dataclass

from services.lighting_controller.domain.group import LUMINAIRE
from shared.model.registry import Device, Inventory


@dataclass(frozen=True)
class Fixture:
    """A luminaire in its place.

    Attributes:
        luminaire: id of the point.
        site: the cabinet that feeds it; None: not known.
        tags: of the point, such as ``passage-pieton``.
        areas: ids of those that contain it.
        model: of the device that is mounted there; None: none is.
        dev_eui: of that device, if it speaks LoRaWAN.
    """

    luminaire: str
    site: str | None = None
    tags: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    model: str | None = None
    dev_eui: str | None = None


def fixtures_in(inventory: Inventory) -> list[Fixture]:
    """All luminaires that are not retired, by id."""
    mounted = _mounted(inventory)
    points = [point for point in inventory.points if point.kind == LUMINAIRE and point.retired is None]
    return [
        Fixture(
            luminaire=point.id,
            site=point.site,
            tags=point.tags,
            areas=point.areas,
            model=mounted[point.id].model if point.id in mounted else None,
            dev_eui=mounted[point.id].dev_eui if point.id in mounted else None,
        )
        for point in sorted(points, key=lambda point: point.id)
    ]


def _mounted(inventory: Inventory) -> dict[str, Device]:
    """The device at each point whose mount has no end."""
    devices = {device.id: device for device in inventory.devices}
    standing = sorted((mount for mount in inventory.mounts if mount.until is None), key=lambda mount: mount.since)
    return {mount.point: devices[mount.device] for mount in standing if mount.device in devices}
