"""A device stands at one point at a time, where it can observe what is asked, and no other observes the same there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import combinations

from services.device_registry.domain.draft import Draft
from services.device_registry.domain.items import Entry
from shared.model.registry import Model, Mount
from shared.problems import Problem


def mounting(draft: Draft) -> Iterator[Problem]:
    """Problems ``two-places``, ``two-devices``, ``kind``, ``sensor-height`` and ``container-height`` at mounts."""
    yield from _two_places(draft)
    models = _models_of_devices(draft)
    yield from _two_devices(draft, models)
    yield from _unfit(draft, models)


def _models_of_devices(draft: Draft) -> dict[str, Model]:
    models = {entry.entity.id: entry.entity for entry in draft.models}
    devices = (entry.entity for entry in draft.devices)
    return {device.id: models[device.model] for device in devices if device.model in models}


def _two_places(draft: Draft) -> Iterator[Problem]:
    for first, second in _at_once(draft, lambda mount: mount.device):
        other = first.entity.point
        hint = f"say until when it stands at {other}"
        yield second.item.problem("two-places", f"{second.entity.device} still stands at {other} then", hint)


def _two_devices(draft: Draft, models: dict[str, Model]) -> Iterator[Problem]:
    for first, second in _at_once(draft, lambda mount: mount.point):
        ours, theirs = (models.get(entry.entity.device) for entry in (second, first))
        if ours and theirs and (both := sorted(ours.observes.keys() & theirs.observes.keys())):
            message = f"{first.entity.device} observes {', '.join(both)} at {first.entity.point} then"
            hint = f"say until when {first.entity.device} stands there, or make a point of its own"
            yield second.item.problem("two-devices", message, hint)


def _at_once(draft: Draft, what: Callable[[Mount], str]) -> Iterator[tuple[Entry[Mount], Entry[Mount]]]:
    """Pairs of mounts of one thing that overlap in time, the earlier first."""
    of_one: defaultdict[str, list[Entry[Mount]]] = defaultdict(list)
    for entry in sorted(draft.mounts, key=lambda entry: entry.entity.since):
        of_one[what(entry.entity)].append(entry)
    for entries in of_one.values():
        for first, second in combinations(entries, 2):
            if first.entity.until is None or second.entity.since < first.entity.until:
                yield first, second


def _unfit(draft: Draft, models: dict[str, Model]) -> Iterator[Problem]:
    kinds = {entry.entity.id: entry.entity.kind for entry in draft.points}
    for entry in draft.mounts:
        model = models.get(entry.entity.device)
        if model is None:
            continue
        wanted = kinds[entry.entity.point]
        if model.kind != wanted and draft.declared["kinds"] >= {model.kind, wanted}:
            yield entry.item.problem("kind", f"{model.id} is for points of kind {model.kind}, this one is a {wanted}")
        yield from _unmeasured(entry, model)


def _unmeasured(entry: Entry[Mount], model: Model) -> Iterator[Problem]:
    """What a distance can't be told from: where the sensor hangs, or what it looks into, is not said."""
    mount, measures = entry.entity, {field.measures for field in model.observes.values()}
    if "distance-from-above" in measures and mount.sensor_height_m is None:
        hint = "sensor_height: 4.20 m, the height above the zero of the gauge"
        yield entry.item.problem("sensor-height", f"{model.id} tells a distance; from which height?", hint)
    if "fill-from-above" not in measures:
        return
    if mount.container_height_m is None or mount.dead_zone_m is None:
        hint = "container_height: 1.80 m, down to the bottom, and dead_zone: 30 cm, down to a full one"
        yield entry.item.problem("container-height", f"{model.id} tells a distance; how deep is what it fills?", hint)
    elif not 0 <= mount.dead_zone_m < mount.container_height_m:
        message = "the dead zone ends above the bottom, and not above the sensor"
        yield entry.item.at("dead_zone").problem("container-height", message, "0 <= dead_zone < container_height")
