"""What the registry knows of each luminaire besides its groups: where it hangs, and what is mounted there."""

from __future__ import annotations

from dataclasses import dataclass

from services.lighting_controller.domain.group import LUMINAIRE
from shared.model.registry import Inventory


@dataclass(frozen=True)
class Fixture:
    """A luminaire as it is mounted.

    Attributes:
        luminaire: id of its point.
        site: the cabinet that feeds it; None: not known.
        tags: facts about it, such as ``passage-pieton``.
        areas: ids of the areas that contain it.
        model: id of the model of the device that is mounted there now; None: none is.
        dev_eui: of that device, 16 hexadecimal digits in lower case; None: it is no LoRaWAN device.
    """

    luminaire: str
    site: str | None = None
    tags: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    model: str | None = None
    dev_eui: str | None = None


def fixtures_in(inventory: Inventory) -> list[Fixture]:
    """The luminaires that are not retired, by id."""
    devices = {device.id: device for device in inventory.devices}
    # Of several that are still there the one that came last speaks for the luminaire.
    there = sorted((mount for mount in inventory.mounts if mount.until is None), key=lambda mount: mount.since)
    mounted = {mount.point: devices.get(mount.device) for mount in there}
    fixtures = []
    for point in sorted(inventory.points, key=lambda point: point.id):
        if point.kind != LUMINAIRE or point.retired is not None:
            continue
        device = mounted.get(point.id)
        model, dev_eui = (None, None) if device is None else (device.model, device.dev_eui)
        fixtures.append(Fixture(point.id, point.site, point.tags, point.areas, model, dev_eui))
    return fixtures
