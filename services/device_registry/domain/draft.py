"""An inventory while it is read: each thing with its place, and the ids of those that could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.device_registry.domain.items import Entry
from shared.model.registry import Area, Device, Directorate, Group, Kind, Model, Mount, Point, Site


@dataclass(frozen=True)
class Draft:
    """What was read.

    Attributes:
        declared: ids by section, of the unreadable things too, so that a fault in a thing isn't told again wherever
            the thing is named.
    """

    directorates: tuple[Entry[Directorate], ...]
    kinds: tuple[Entry[Kind], ...]
    models: tuple[Entry[Model], ...]
    areas: tuple[Entry[Area], ...]
    sites: tuple[Entry[Site], ...]
    points: tuple[Entry[Point], ...]
    devices: tuple[Entry[Device], ...]
    mounts: tuple[Entry[Mount], ...]
    groups: tuple[Entry[Group], ...]
    declared: Mapping[str, frozenset[str]]
