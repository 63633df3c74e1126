"""An id names one thing of its sort; a DevEUI names one device."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from services.device_registry.domain.draft import Draft
from services.device_registry.domain.items import Entry, Item
from shared.problems import Problem


def repeated_ids(draft: Draft) -> Iterator[Problem]:
    """Problem ``repeated-id`` at each further thing of an id."""
    sorts: tuple[Iterable[Entry[Any]], ...] = (
        draft.directorates, draft.kinds, draft.models, draft.areas, draft.sites, draft.points, draft.devices,
        draft.groups,
    )  # fmt: skip
    for entries in sorts:
        yield from _repeated((entry.entity.id, entry.item) for entry in entries)
    yield from _repeated((entry.entity.dev_eui, entry.item) for entry in draft.devices if entry.entity.dev_eui)


def _repeated(named: Iterable[tuple[str, Item]]) -> Iterator[Problem]:
    first: dict[str, Item] = {}
    for identifier, item in named:
        if identifier in first:
            there = first[identifier].problem("repeated-id", "")
            where = f"{there.file}:{there.span.line}"
            yield item.problem("repeated-id", f"'{identifier}' is taken", f"the first one stands at {where}")
        else:
            first[identifier] = item
