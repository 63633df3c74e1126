"""A change as people look at it before they say yes: each field with what it was and what it will be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from services.device_registry.domain.changing import Act, Change
from shared.model.registry import Entity, Inventory


class FieldShown(msgspec.Struct, frozen=True, kw_only=True):
    """A field that changes; values as JSON has them, None: there is none."""

    field: str
    old: Any
    new: Any


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A thing that comes, changes or goes."""

    sort: str
    id: str
    act: Act
    fields: tuple[FieldShown, ...]


def shown(
    change: Change, before: Mapping[str, Mapping[str, Entity]], after: Mapping[str, Mapping[str, Entity]]
) -> Shown:
    """The change with its fields; of a thing that goes, none: all of it does."""
    fields = () if change.act is Act.REMOVED else tuple(_fields(change, before, after))
    return Shown(sort=change.sort, id=change.id, act=change.act, fields=fields)


def by_sort(inventory: Inventory, changes: tuple[Change, ...]) -> dict[str, dict[str, Entity]]:
    """The things of the sorts that change, by sort and id."""
    sorts = {change.sort for change in changes}
    return {sort: {thing.id: thing for thing in getattr(inventory, sort)} for sort in sorts}


def _fields(
    change: Change, before: Mapping[str, Mapping[str, Entity]], after: Mapping[str, Mapping[str, Entity]]
) -> Iterator[FieldShown]:
    old, new = before[change.sort].get(change.id), after[change.sort][change.id]
    for field in msgspec.structs.fields(new):
        was = _default(field) if old is None else getattr(old, field.name)
        is_now = getattr(new, field.name)
        if was != is_now and field.name != "id":
            told = None if old is None else was
            yield FieldShown(field=field.name, old=msgspec.to_builtins(told), new=msgspec.to_builtins(is_now))


def _default(field: Any) -> Any:
    """What a field is that nobody sets; something that equals nothing where there is no default."""
    if field.default is not msgspec.NODEFAULT:
        return field.default
    return field.default_factory() if field.default_factory is not msgspec.NODEFAULT else msgspec.NODEFAULT
