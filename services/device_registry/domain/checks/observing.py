"""A model observes properties that its kind has, in units that can be told in the kind's."""

from __future__ import annotations

from collections.abc import Iterator

from services.device_registry.domain.draft import Draft
from services.device_registry.domain.items import Item
from shared.documents import did_you_mean
from shared.model.registry import Kind, UplinkField
from shared.problems import Problem
from shared.units import convertible


def observing(draft: Draft) -> Iterator[Problem]:
    """Problems ``unknown-property`` and ``unit`` at the properties of models."""
    kinds = {entry.entity.id: entry.entity for entry in draft.kinds}
    for model in draft.models:
        kind = kinds.get(model.entity.kind)
        if kind is not None:
            for name, field in model.entity.observes.items():
                yield from _field(model.item.at("observes", name), name, field, kind)


def _field(item: Item, name: str, field: UplinkField, kind: Kind) -> Iterator[Problem]:
    if name not in kind.properties:
        hint = did_you_mean(name, kind.properties) or f"it has: {', '.join(kind.properties)}"
        yield item.problem("unknown-property", f"{kind.id} has no '{name}'", hint)
    elif not convertible(field.unit, unit := kind.properties[name].unit):
        yield item.at("unit").problem("unit", f"'{field.unit}' can't be converted to {kind.id}'s '{unit}'")
