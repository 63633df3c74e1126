"""What an import would do, or why it can't be done; nothing is changed here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from services.device_registry.domain.assembling import Key, inventory_of, laid_over, problems_over
from services.device_registry.domain.changing import Changes, difference
from services.device_registry.domain.exchange.columns import COLUMNS, columns_of, sort_of
from services.device_registry.domain.exchange.from_features import (
    areas_written,
    is_of_points,
    points_written,
    read_features,
)
from services.device_registry.domain.exchange.from_table import Written, table_written
from services.device_registry.domain.exchange.incoming import Incoming
from services.device_registry.domain.exchange.tables import read_table
from services.device_registry.domain.exchange.wording import in_words
from services.device_registry.domain.owning import owners
from shared.errors import ProblemsFound
from shared.model.registry import Inventory
from shared.problems import Problem, Span


class File(msgspec.Struct, frozen=True, kw_only=True):
    """A file to import.

    Attributes:
        name: as problems name it; ``.geojson`` or ``.json`` is GeoJSON, anything else a table.
        sort: points, devices, areas, sites or groups; None: told by the columns, else the name, or by the features.
    """

    name: str
    text: str
    sort: str | None = None

    @property
    def is_geojson(self) -> bool:
        """Whether it holds features."""
        return self.name.lower().endswith((".geojson", ".json"))


@dataclass(frozen=True)
class Plan:
    """What an import would do. With problems nothing can be done, and ``new`` is what is known."""

    new: Inventory
    changes: Changes
    problems: tuple[Problem, ...]


def plan(known: Inventory, files: Sequence[File], removing: Callable[[Key], bool] | None = None) -> Plan:
    """The files laid over what is known.

    Args:
        removing: which things of the files' sorts go that no file names; None: none does.
    """
    found = _plan(known, files, removing, with_places=False)
    if found.problems and any(file.is_geojson for file in files):
        return _plan(known, files, removing, with_places=True)
    return found


def _plan(
    known: Inventory, files: Sequence[File], removing: Callable[[Key], bool] | None, *, with_places: bool
) -> Plan:
    incoming = Incoming()
    for file in files:
        try:
            incoming.take(_written(file, known, with_places=with_places), known)
        except ProblemsFound as error:
            incoming.problems += error.problems
    dropped = set(_unnamed(known, incoming, removing)) if removing else set()
    draft = laid_over(known, incoming.placed, dropped, incoming.declared)
    problems = problems_over(known, draft, incoming.problems)
    new = known if problems else msgspec.structs.replace(inventory_of(draft), credentials=known.credentials)
    return Plan(new, difference(known, new), problems)


def _written(file: File, known: Inventory, *, with_places: bool) -> Written:
    if file.sort is not None:
        columns_of(file.sort)
    if file.is_geojson:
        document = read_features(file.text, file.name, with_places=with_places)
        sort = file.sort or ("points" if is_of_points(document) else "areas")
        return points_written(document, _known(known, "points")) if sort == "points" else areas_written(document)
    table = read_table(file.text, file.name)
    told = file.sort or sort_of(table.columns, file.name)
    if told is None:
        hint = f"say which sort it is, or call the file by it: {', '.join(COLUMNS)}"
        raise ProblemsFound([Problem("table", "these columns fit several sorts of things", file.name, _TOP, hint)])
    return table_written(table, told, _known(known, told))


_TOP: Final = Span(1, 1)


def _known(known: Inventory, sort: str) -> Mapping[str, dict[str, Any]]:
    return {thing.id: in_words(thing) for thing in getattr(known, sort)}


def _unnamed(known: Inventory, incoming: Incoming, removing: Callable[[Key], bool]) -> Iterator[Key]:
    """What is known of the files' sorts and stands in none of them. A mount goes where its point's others stand."""
    named = incoming.declared | {(sort, entry.entity.id) for sort, entry in incoming.placed}
    told = {entry.entity.point for sort, entry in incoming.placed if sort == "mounts"}
    for sort in sorted(incoming.sorts):
        for thing in getattr(known, sort):
            if (sort, thing.id) not in named and removing((sort, thing.id)):
                yield sort, thing.id
    for mount in known.mounts:
        if mount.point in told and ("mounts", mount.id) not in named and removing(("mounts", mount.id)):
            yield "mounts", mount.id


def removable(known: Inventory, directorate: str | None) -> Callable[[Key], bool]:
    """Which things someone may remove: all, or those of the own directorate."""
    return lambda key: directorate is None or owners(known, key) == {directorate}
