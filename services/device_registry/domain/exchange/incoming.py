"""What files say, as far as it could be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from services.device_registry.domain.assembling import Key, Placed
from services.device_registry.domain.exchange.from_table import Written
from services.device_registry.domain.geojson import read_area
from services.device_registry.domain.items import Entry, Item, attempt
from services.device_registry.domain.places import read_device, read_group, read_point, read_site
from shared.model.registry import Inventory, Mount
from shared.problems import Problem

MOUNT_FIELDS = {
    "until": "until",
    "offsets": "offsets",
    "sensor_height": "sensor_height_m",
    "container_height": "container_height_m",
    "dead_zone": "dead_zone_m",
}
"""Columns of mounts and the fields of ``Mount`` that they say."""


@dataclass
class Incoming:
    """What was read of several files.

    Attributes:
        declared: the things that are written, readable or not.
        sorts: which sorts the files tell of; with mounts, if devices stand in a file of points.
    """

    placed: list[Placed] = field(default_factory=list)
    declared: set[Key] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    sorts: set[str] = field(default_factory=set)

    def take(self, written: Written, known: Inventory) -> None:
        """Read the things of one file; of what it lacks, known things keep their own."""
        sort, document = written.sort, written.document
        items = [Item(document, (sort, index)) for index in range(len(document.data[sort]))]
        self.sorts.add(sort)
        self.problems += written.problems
        self.declared.update((sort, name) for item in items if isinstance(name := _id(item), str))
        items = [item for index, item in enumerate(items) if index not in written.unreadable]
        if sort == "points":
            self._take_points(items, known, written.kept)
        else:
            self._each(sort, _READERS[sort], items)

    def _each(self, sort: str, read: Callable[[Item], Any], items: Iterable[Item]) -> None:
        entries, problems = attempt(lambda item: Entry(read(item), item), items)
        self.placed += [(sort, entry) for entry in entries]
        self.problems += problems

    def _take_points(self, items: Iterable[Item], known: Inventory, kept: frozenset[str]) -> None:
        kinds = {kind.id: kind for kind in known.kinds}
        mounts = {mount.id: mount for mount in known.mounts}
        places, problems = attempt(lambda item: read_point(item, kinds), items)
        self.problems += problems
        for place in places:
            self.placed.append(("points", place.point))
            for mount in place.mounts:
                whole = _kept(mount.entity, mounts.get(mount.entity.id), kept)
                self.placed.append(("mounts", Entry(whole, mount.item)))


_READERS: dict[str, Callable[[Item], Any]] = {
    "areas": read_area, "sites": read_site, "devices": read_device, "groups": read_group,
}  # fmt: skip


def _id(item: Item) -> Any:
    about = item.value.get("properties", item.value) if isinstance(item.value, dict) else {}
    return about.get("id") if isinstance(about, dict) else None


def _kept(mount: Mount, known: Mount | None, kept: frozenset[str]) -> Mount:
    if known is None or known.point != mount.point:
        return mount
    own = {MOUNT_FIELDS[name]: getattr(known, MOUNT_FIELDS[name]) for name in kept & MOUNT_FIELDS.keys()}
    return msgspec.structs.replace(mount, **own)
