"""What a thing names exists: kinds, models, directorates, sites, devices, points."""

from __future__ import annotations

from collections.abc import Iterator

from services.device_registry.domain.draft import Draft
from services.device_registry.domain.items import Item
from shared.documents import did_you_mean
from shared.problems import Problem

_ONE = {
    "kinds": "kind",
    "models": "model",
    "directorates": "directorate",
    "devices": "device",
    "sites": "site",
    "points": "point",
}


def referring(draft: Draft) -> Iterator[Problem]:
    """Problem ``unknown-<sort>`` wherever something is named that isn't in the inventory."""
    for item, section, identifier in _references(draft):
        known = draft.declared[section]
        if identifier not in known:
            one = _ONE[section]
            yield item.problem(f"unknown-{one}", f"no {one} '{identifier}'", did_you_mean(identifier, known))


def _references(draft: Draft) -> Iterator[tuple[Item, str, str]]:
    for model in draft.models:
        yield model.item.at("kind"), "kinds", model.entity.kind
    for point in draft.points:
        yield point.item.at("kind"), "kinds", point.entity.kind
        yield point.item.at("directorate"), "directorates", point.entity.directorate
        if point.entity.site is not None:
            yield point.item.at("site"), "sites", point.entity.site
    for device in draft.devices:
        yield device.item.at("model"), "models", device.entity.model
    for mount in draft.mounts:
        yield mount.item.at("device"), "devices", mount.entity.device
    for group in draft.groups:
        yield group.item.at("directorate"), "directorates", group.entity.directorate
        for index, member in enumerate(group.entity.points):
            yield group.item.at("points", index), "points", member
