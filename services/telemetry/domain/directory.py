"""The registry's facts, arranged for the questions that an uplink raises."""

from __future__ import annotations

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Final

from services.telemetry.domain.frames import reader
from shared.model.registry import Credential, Device, Inventory, Kind, Model, Mount, Point

NETWORK_SERVER: Final = Credential(id="network-server", key_sha256="")
"""Of whoever may publish where a network server does by default: the broker knows who that is, we know no more."""


class Directory:
    """Answers who sent something and where it hangs. Immutable: a new revision is a new directory."""

    def __init__(self, inventory: Inventory) -> None:
        self.directorates = frozenset(directorate.id for directorate in inventory.directorates)
        self.kinds: dict[str, Kind] = {kind.id: kind for kind in inventory.kinds}
        self.models: dict[str, Model] = {model.id: model for model in inventory.models}
        self.readers = {model.id: reader(model.codec) for model in inventory.models if model.codec is not None}
        self.points: dict[str, Point] = {point.id: point for point in inventory.points}
        self._devices = {device.id: device for device in inventory.devices}
        self._by_eui = {device.dev_eui: device for device in inventory.devices if device.dev_eui}
        self._credentials = {credential.key_sha256: credential for credential in inventory.credentials}
        self._credentials_by_id = {credential.id: credential for credential in inventory.credentials}
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

    def credential_of_signature(self, identifier: str, signature: str, body: bytes) -> Credential | None:
        """The credential of that id, if its key signed the body: HMAC-SHA256, hexadecimal.

        The signature's key is the digest of the sender's key, in hexadecimal: the key itself is kept nowhere.
        """
        known = self._credentials_by_id.get(identifier)
        if known is None:
            return None
        right = hmac.new(known.key_sha256.encode(), body, hashlib.sha256).hexdigest()
        return known if hmac.compare_digest(right.encode(), signature.lower().encode("utf-8", "replace")) else None


Proof = Callable[[Directory], Credential | None]
"""Who a sender is, once there is a directory to ask; None: nobody knows."""


def may_send(credential: Credential, device: Device, point: Point) -> bool:
    """Whether a key may send for a device at a point."""
    if credential is NETWORK_SERVER:
        return device.dev_eui is not None
    if credential.device is not None:
        return credential.device == device.id
    return credential.directorate == point.directorate
