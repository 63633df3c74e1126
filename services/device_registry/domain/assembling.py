"""Puts things with their places together: a draft of all of them, its problems, the inventory that it makes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec

from services.device_registry.domain.changing import SORTS
from services.device_registry.domain.checks import CHECKS
from services.device_registry.domain.draft import Draft
from services.device_registry.domain.items import Entry, Item
from shared.containing import areas_around, outline
from shared.documents import Document
from shared.errors import ProblemsFound
from shared.model.registry import Entity, Inventory, Mount
from shared.problems import Problem

Placed = tuple[str, Entry[Any]]
"""A thing with its sort and the place where it is written."""

Key = tuple[str, str]
"""The sort and the id of a thing."""

_REGISTRY: Final = "registry"
"""How the places of known things begin."""


def standing(sort: str, entity: Entity) -> Entry[Any]:
    """A thing that is known already: no file is its place, so its faults are told by its sort and id."""
    return Entry(entity, Item(Document(f"{_REGISTRY} {sort} {entity.id}", {}, {}, {}), ()))


def things(inventory: Inventory) -> Iterator[tuple[str, Entity]]:
    """Everything in it with its sort; credentials are no part of what is imported."""
    return ((sort, entity) for sort in SORTS for entity in getattr(inventory, sort))


def placed(draft: Draft) -> Iterator[Placed]:
    """Everything in a draft with its sort."""
    return ((sort, entry) for sort in SORTS for entry in getattr(draft, sort))


def laid_over(
    known: Inventory, incoming: Iterable[Placed], dropped: Iterable[Key] = (), declared: Iterable[Key] = ()
) -> Draft:
    """What is known, with incoming things in place of those of the same id and without the dropped ones.

    Args:
        declared: things that are written but could not be read: naming them is no further fault.
    """
    over = list(incoming)
    hidden = {(sort, entry.entity.id) for sort, entry in over} | set(dropped)
    under = [(sort, standing(sort, thing)) for sort, thing in things(known) if (sort, thing.id) not in hidden]
    return draft_of([*under, *over], declared)


def draft_of(entries: Iterable[Placed], declared: Iterable[Key] = ()) -> Draft:
    """The draft that these make; a mount goes with its point."""
    by_sort: defaultdict[str, list[Entry[Any]]] = defaultdict(list)
    ids: defaultdict[str, set[str]] = defaultdict(set)
    for sort, entry in entries:
        by_sort[sort].append(entry)
        ids[sort].add(entry.entity.id)
    by_sort["mounts"] = [entry for entry in by_sort["mounts"] if _stands(entry.entity, ids)]
    for sort, identifier in declared:
        ids[sort].add(identifier)
    return Draft(**_tuples(by_sort), declared={sort: frozenset(ids[sort]) for sort in SORTS})


def _stands(mount: Mount, ids: Mapping[str, set[str]]) -> bool:
    return mount.point in ids["points"]


def _tuples(by_sort: Mapping[str, list[Entry[Any]]]) -> dict[str, tuple[Entry[Any], ...]]:
    return {sort: tuple(by_sort.get(sort, ())) for sort in SORTS}


def problems_of(draft: Draft, others: Iterable[Problem] = ()) -> tuple[Problem, ...]:
    """What must hold between things and does not, with other problems, in the order of files and lines."""
    found = {*others, *(problem for check in CHECKS for problem in check(draft))}
    return tuple(
        sorted(found, key=lambda problem: (problem.file, problem.span.line, problem.span.column, problem.slug))
    )


def problems_over(known: Inventory, draft: Draft, others: Iterable[Problem] = ()) -> tuple[Problem, ...]:
    """The same without what was wrong already between known things: nobody is kept from mending something else."""
    found = problems_of(draft, others)
    if any(problem.file.startswith(_REGISTRY) for problem in found):
        before = set(problems_of(laid_over(known, ())))
        return tuple(problem for problem in found if problem not in before)
    return found


def require_right_over(known: Inventory, draft: Draft) -> None:
    """Return if there are no problems that weren't there before.

    Raises:
        ProblemsFound: with all of them.
    """
    if problems := problems_over(known, draft):
        raise ProblemsFound(problems)


def require_right(draft: Draft, others: Iterable[Problem] = ()) -> None:
    """Return if there are no problems.

    Raises:
        ProblemsFound: with all of them.
    """
    if problems := problems_of(draft, others):
        raise ProblemsFound(problems)


def inventory_of(draft: Draft) -> Inventory:
    """The inventory; each sort by id, so that moving a thing within the files changes nothing."""
    sorts: dict[str, Any] = {sort: _sorted(getattr(draft, sort)) for sort in SORTS}
    outlines = [outline(area) for area in sorts["areas"]]
    sorts["points"] = tuple(
        msgspec.structs.replace(point, areas=areas_around(outlines, point.longitude, point.latitude))
        for point in sorts["points"]
    )
    return Inventory(**sorts)


def _sorted(entries: Iterable[Entry[Any]]) -> tuple[Any, ...]:
    return tuple(sorted((entry.entity for entry in entries), key=lambda entity: entity.id))
