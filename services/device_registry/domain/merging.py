"""What the rules folder says, beside what was changed in operation since it said so last.

Thing by thing: what the folder changed is taken from the folder; what it left as it was stays as it is known, also if
that was changed meanwhile; what it no longer has goes, if it had come from there. Where both changed, the folder wins.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from services.device_registry.domain.assembling import Key, Placed, draft_of, placed, standing, things
from services.device_registry.domain.changing import SORTS
from services.device_registry.domain.draft import Draft
from services.device_registry.domain.items import Entry
from shared.model.registry import Entity, Inventory, Point


@dataclass(frozen=True)
class Merged:
    """The draft of both together. ``conflicts``: what both had changed, by sort and id; the folder's is in it."""

    draft: Draft
    conflicts: tuple[Key, ...]


def plain(entity: Entity) -> Entity:
    """The thing as it was written: without what the registry works out."""
    return msgspec.structs.replace(entity, areas=()) if isinstance(entity, Point) else entity


def merge(before: Mapping[Key, Entity], known: Inventory, folder: Draft) -> Merged:
    """The folder's draft laid over what is known. ``before``: what the folder said last time, each thing ``plain``."""
    ours = {(sort, thing.id): thing for sort, thing in things(known)}
    theirs = {(sort, entry.entity.id): entry for sort, entry in placed(folder)}
    choices = [_Choice(key, before.get(key), ours.get(key), theirs.get(key)) for key in _keys(before, ours, theirs)]
    chosen = (choice.chosen() for choice in choices)
    conflicts = tuple(choice.key for choice in choices if choice.is_conflict())
    return Merged(draft_of(entry for entry in chosen if entry is not None), conflicts)


def _keys(*sources: Mapping[Key, Any]) -> Iterator[Key]:
    order = list(SORTS)
    return iter(sorted({key for source in sources for key in source}, key=lambda key: (order.index(key[0]), key[1])))


@dataclass(frozen=True)
class _Choice:
    """One thing as the folder said it last, as it is known, and as the folder says it now; None: not there."""

    key: Key
    before: Entity | None
    ours: Entity | None
    theirs: Entry[Any] | None

    @property
    def _folder_changed(self) -> bool:
        return self.before != self._said

    @property
    def _said(self) -> Entity | None:
        return None if self.theirs is None else plain(self.theirs.entity)

    @property
    def _known(self) -> Entity | None:
        return None if self.ours is None else plain(self.ours)

    def chosen(self) -> Placed | None:
        if self._folder_changed:
            return None if self.theirs is None else (self.key[0], self.theirs)
        return None if self.ours is None else (self.key[0], standing(self.key[0], self.ours))

    def is_conflict(self) -> bool:
        return self._folder_changed and self._known not in (self.before, self._said)
