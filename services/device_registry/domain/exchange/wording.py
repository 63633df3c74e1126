"""Things of the inventory as officers write them: the way back of ``reading``, in the inventory's own units."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec

from shared.model.registry import Area, Device, Entity, Group, Mount, Point, Site


def in_words(thing: Entity, mounts: Iterable[Mount] = ()) -> dict[str, Any]:
    """A point, device, area, site or group as plain data in the shape of the files; ``mounts``: those of a point."""
    match thing:
        case Point():
            return _point(thing, mounts)
        case Area():
            about = {"id": thing.id, "title_fr": thing.title.fr, "title_en": thing.title.en}
            return {"type": "Feature", "properties": about, "geometry": thing.geometry}
        case Device() | Group() | Site():
            return _said(msgspec.to_builtins(thing))
        case _:
            raise TypeError(f"{type(thing).__name__} is not exchanged")


def _point(point: Point, mounts: Iterable[Mount]) -> dict[str, Any]:
    words = {name: value for name, value in msgspec.structs.asdict(point).items() if name != "areas"}
    words["tags"] = list(point.tags)
    words["recording"] = None if point.recording is None else msgspec.to_builtins(point.recording)
    words["retired"] = None if point.retired is None else moment(point.retired)
    return {**_said(words), "mounted": [mount_in_words(mount) for mount in mounts]}


def mount_in_words(mount: Mount) -> dict[str, Any]:
    """A mount in the shape of ``mounted``."""
    return _said(
        {
            "device": mount.device,
            "since": moment(mount.since),
            "until": None if mount.until is None else moment(mount.until),
            "sensor_height": mount.sensor_height_m,
            "container_height": mount.container_height_m,
            "dead_zone": mount.dead_zone_m,
            "offsets": mount.offsets or None,
        }
    )


def moment(time: datetime) -> str:
    """``2026-03-01T13:30:00Z``; fractions of seconds only where there are any."""
    return time.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _said(words: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in words.items() if value is not None}
