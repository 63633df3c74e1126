"""The registry's facts, arranged for the questions that an uplink raises."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import datetime

from shared.model.registry import Credential, Device, Inventory, Kind, Model, Mount, Point


class Directory:
    """Answers who sent something and where it hangs. Immutable: a new revision is a new directory."""

    def __init__(self, inventory: Inventory) -> None:
        self.directorates = frozenset(directorate.id for directorate in inventory.directorates)
        self.kinds: dict[str, Kind] = {kind.id: kind for kind in inventory.kinds}
        self.models: dict[str, Model] = {model.id: model for model in inventory.models}
        self.points: dict[str, Point] = {point.id: point for point in inventory.points}
        self._devices = {device.id: device for device in inventory.devices}
        self._by_eui = {device.dev_eui: device for device in inventory.devices if device.dev_eui}
        self._credentials = {credential.key_sha256: credential for credential in inventory.credentials}
        self._mounts: dict[str, list[Mount]] = defaultdict(list)
        for mount in inventory.mounts:
            self._mounts[mount.device].append(mount)

    def device(self, identifier: str, *, by_eui: bool = False) -> Device | None:
        """The device of that id or, with ``by_eui``, of that DevEUI in any case."""
        return self._by_eui.get(identifier.lower()) if by_eui else self._devices.get(identifier)

    def mount_at(self, device: str, time: datetime) -> Mount | None:
        """Where the device was at that time."""
        for mount in self._mounts[device]:
            if mount.since <= time and (mount.until is None or time < mount.until):
                return mount
        return None

    def credential(self, key: str | None) -> Credential | None:
        """The credential behind a key."""
        return self._credentials.get(hashlib.sha256(key.encode()).hexdigest()) if key else None


def may_send(credential: Credential, device: Device, point: Point) -> bool:
    """Whether a key may send for a device at a point."""
    if credential.device is not None:
        return credential.device == device.id
    return credential.directorate == point.directorate
