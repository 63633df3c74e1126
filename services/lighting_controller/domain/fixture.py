"""What the registry knows of each luminaire: where it hangs and what it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.lighting_controller.domain.group import LUMINAIRE
from shared.model.registry import Inventory


@dataclass(frozen=True)
class Fixture:
    """A luminaire as the inventory has it.

    Attributes:
        luminaire: id of the point.
        site: the cabinet that feeds it; None: not known.
        tags: facts such as ``passage-pieton``.
        areas: zones that contain it.
        model: of the device that is mounted there; None: none is.
        dev_eui: of that device, for LoRaWAN.
    """

    luminaire: str
    site: str | None = None
    tags: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    model: str | None = None
    dev_eui: str | None = None


def fixtures_in(inventory: Inventory) -> list[Fixture]:
    """Those of all luminaires that are not retired, by id; the device is the one that hangs there last."""
    return list(_fixtures(inventory))


def _fixtures(inventory: Inventory) -> Iterator[Fixture]:
    devices = {device.id: device for device in inventory.devices}
    mounted = {
        mount.point: devices.get(mount.device)
        for mount in sorted(inventory.mounts, key=lambda mount: mount.since)
        if mount.until is None
    }
    for point in sorted(inventory.points, key=lambda point: point.id):
        if point.kind == LUMINAIRE and point.retired is None:
            device = mounted.get(point.id)
            model, dev_eui = (None, None) if device is None else (device.model, device.dev_eui)
            yield Fixture(point.id, point.site, point.tags, point.areas, model, dev_eui)
