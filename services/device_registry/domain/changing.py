"""What differs between two inventories: which things came, changed or went, in counts and in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from shared.model.registry import Entity, Inventory

SORTS: Final = MappingProxyType(
    {
        "directorates": "directions",
        "kinds": "types",
        "models": "modèles",
        "areas": "zones",
        "sites": "lieux",
        "points": "points",
        "devices": "capteurs",
        "mounts": "poses",
        "groups": "groupes",
    }
)
"""The sorts of things that an import replaces, by their name in ``Inventory``, and how an officer calls them."""


class Act(StrEnum):
    """What became of a thing; the value is how an officer reads it."""

    ADDED = "ajout"
    CHANGED = "modification"
    REMOVED = "retrait"


@dataclass(frozen=True)
class Change:
    """One thing that came, changed or went."""

    sort: str
    id: str
    act: Act


@dataclass(frozen=True)
class Changes:
    """All that differs between two inventories."""

    changes: tuple[Change, ...]

    def __bool__(self) -> bool:
        return bool(self.changes)

    def count(self, act: Act) -> int:
        """How many things came, changed or went."""
        return sum(change.act is act for change in self.changes)

    def in_words(self) -> str:
        """For the audit, French: ``points : 31 ajouts, 1 retrait ; groupes : 1 modification``."""
        counts = Counter((change.sort, change.act) for change in self.changes)
        sorts = ((title, _counted(counts, sort)) for sort, title in SORTS.items())
        return " ; ".join(f"{title} : {words}" for title, words in sorts if words)


def _counted(counts: Counter[tuple[str, Act]], sort: str) -> str:
    numbers = ((counts[sort, act], act) for act in Act)
    return ", ".join(f"{number} {act}{'s' if number > 1 else ''}" for number, act in numbers if number)


def difference(old: Inventory, new: Inventory) -> Changes:
    """What an import of ``new`` over ``old`` does. Credentials are no part of it: an import leaves them alone."""
    return Changes(tuple(change for sort in SORTS for change in _of_sort(sort, old, new)))


def _of_sort(sort: str, old: Inventory, new: Inventory) -> Iterator[Change]:
    before, after = _by_id(old, sort), _by_id(new, sort)
    for identifier, entity in after.items():
        if identifier not in before:
            yield Change(sort, identifier, Act.ADDED)
        elif entity != before[identifier]:
            yield Change(sort, identifier, Act.CHANGED)
    yield from (Change(sort, identifier, Act.REMOVED) for identifier in before if identifier not in after)


def _by_id(inventory: Inventory, sort: str) -> dict[str, Entity]:
    return {entity.id: entity for entity in getattr(inventory, sort)}
