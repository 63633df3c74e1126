"""Whose key is whose: what a key may send for, and which directorate answers for it."""

from __future__ import annotations

import hashlib
from datetime import datetime

from services.device_registry.domain.hearing import stands
from shared.errors import InputError, NotFound
from shared.model.registry import Credential, Inventory


class AmbiguousKey(InputError):
    """A key is for one device or for one directorate, not for both or neither."""

    def __init__(self) -> None:
        super().__init__("a key is for one device or for one directorate")


def credential(key: str, *, device: str | None, directorate: str | None) -> Credential:
    """What is kept of a key: its digest, by which it is recognised, never the key."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    return Credential(id=f"key-{digest[:16]}", key_sha256=digest, device=device, directorate=directorate)


def answerable(inventory: Inventory, device: str | None, directorate: str | None, now: datetime) -> str | None:
    """The directorate that answers for a key of that device or directorate; None: a device that stands nowhere.

    Raises:
        AmbiguousKey: both or neither are named.
        NotFound: there is no such device or directorate.
    """
    if (device is None) == (directorate is None):
        raise AmbiguousKey
    if directorate is not None:
        if all(known.id != directorate for known in inventory.directorates):
            raise NotFound("directorate", directorate)
        return directorate
    if all(known.id != device for known in inventory.devices):
        raise NotFound("device", str(device))
    here = next((mount.point for mount in inventory.mounts if mount.device == device and stands(mount, now)), None)
    return next((point.directorate for point in inventory.points if point.id == here), None)
