"""What the registry knows of each luminaire: where it hangs, what feeds it, what is mounted there."""

from __future__ import annotations

from dataclasses import dataclass

from services.lighting_controller.domain.group import LUMINAIRE
from shared.model.registry import Device, Inventory


@dataclass(frozen=True)
class Fixture:
    """A luminaire as the registry describes it.

    Attributes:
        luminaire: id of the point.
        site: the cabinet that feeds it; None: not told.
        tags, areas: of the point.
        model: of the device that is mounted there; None: none is.
        dev_eui: of that device, if it speaks LoRaWAN.
    """

    luminaire: str
    site: str | None
    tags: tuple[str, ...]
    areas: tuple[str, ...]
    model: str | None
    dev_eui: str | None


def fixtures_in(inventory: Inventory) -> list[Fixture]:
    """Those that are not retired, by id."""
    mounted = _mounted(inventory)
    points = (point for point in inventory.points if point.kind == LUMINAIRE and point.retired is None)
    return [
        Fixture(
            point.id,
            point.site,
            point.tags,
            point.areas,
            device.model if (device := mounted.get(point.id)) else None,
            device.dev_eui if device else None,
        )
        for point in sorted(points, key=lambda point: point.id)
    ]


def _mounted(inventory: Inventory) -> dict[str, Device]:
    """The device that hangs at each point and was not taken down; the last that was mounted, if there are several."""
    devices = {device.id: device for device in inventory.devices}
    hanging = sorted((mount for mount in inventory.mounts if mount.until is None), key=lambda mount: mount.since)
    return {mount.point: devices[mount.device] for mount in hanging if mount.device in devices}
