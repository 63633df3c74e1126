"""A model observes properties that its kind has, in units that can be told in the kind's."""

from __future__ import annotations

from collections.abc import Iterator

from services.device_registry.domain.draft import Draft
from services.device_registry.domain.items import Entry, Item
from shared.documents import did_you_mean
from shared.model.codecs import names_of
from shared.model.registry import Kind, Model, UplinkField
from shared.problems import Problem
from shared.units import convertible


def observing(draft: Draft) -> Iterator[Problem]:
    """Problems ``unknown-property``, ``unit`` and ``unknown-path`` at the properties of models."""
    kinds = {entry.entity.id: entry.entity for entry in draft.kinds}
    for model in draft.models:
        yield from _paths(model)
        kind = kinds.get(model.entity.kind)
        if kind is not None:
            for name, field in model.entity.observes.items():
                yield from _field(model.item.at("observes", name), name, field, kind)


def _paths(model: Entry[Model]) -> Iterator[Problem]:
    """What a codec never reads would be missing in every frame, and nobody would be told."""
    if model.entity.codec is None:
        return
    known = names_of(model.entity.codec)
    places = [(model.item.at("observes", name, "path"), field.path) for name, field in model.entity.observes.items()]
    if model.entity.battery is not None:
        places.append((model.item.at("battery", "path"), model.entity.battery.path))
    for place, path in places:
        if path not in known:
            hint = did_you_mean(path, known) or f"it reads: {', '.join(sorted(known))}"
            yield place.problem("unknown-path", f"the codec reads no '{path}'", hint)


def _field(item: Item, name: str, field: UplinkField, kind: Kind) -> Iterator[Problem]:
    if name not in kind.properties:
        hint = did_you_mean(name, kind.properties) or f"it has: {', '.join(kind.properties)}"
        yield item.problem("unknown-property", f"{kind.id} has no '{name}'", hint)
        return
    unit = kind.properties[name].unit
    if field.measures == "fill-from-above":
        yield from _fill(item, field, unit, kind)
    elif not convertible(field.unit, unit):
        yield item.at("unit").problem("unit", f"'{field.unit}' can't be converted to {kind.id}'s '{unit}'")


def _fill(item: Item, field: UplinkField, unit: str, kind: Kind) -> Iterator[Problem]:
    """The number is a distance, the property a share."""
    if not convertible(field.unit, "m"):
        yield item.at("unit").problem("unit", f"'{field.unit}' is no distance, so it can't tell a fill level")
    if not convertible("%", unit):
        yield item.at("measures").problem("unit", f"a fill level is a share; {kind.id}'s unit is '{unit}'")
