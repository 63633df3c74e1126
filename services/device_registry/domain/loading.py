"""Turns the text of inventory files into an inventory, or into all their problems at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from services.device_registry.domain.assembling import inventory_of, require_right
from services.device_registry.domain.draft import Draft
from services.device_registry.domain.geojson import features, read_area
from services.device_registry.domain.items import Entry, Item, attempt
from services.device_registry.domain.kinds import read_directorate, read_kind, read_model
from services.device_registry.domain.places import DEFAULTS, read_device, read_group, read_point, read_site
from shared.documents import Document, read
from shared.model.registry import Entity, Inventory
from shared.problems import Problem

A = TypeVar("A")
B = TypeVar("B")
E = TypeVar("E", bound=Entity)

SECTIONS: Final = ("directorates", "kinds", "models", "sites", "points", "devices", "groups")


@dataclass(frozen=True)
class SourceText:
    """A file of the inventory. ``file``: its name in problems; one that ends in ``.geojson`` holds areas."""

    file: str
    text: str


def load(sources: Iterable[SourceText]) -> Inventory:
    """The inventory that the files make up together; areas of points are worked out.

    Raises:
        ProblemsFound: with the problems of all files, in the order of files and lines.
    """
    return inventory_of(read_draft(sources))


def read_draft(sources: Iterable[SourceText]) -> Draft:
    """The same, each thing still with its place.

    Raises:
        ProblemsFound: see ``load``.
    """
    reading = _Reading()
    for document in reading.each(lambda source: read(source.text, source.file), sources):
        reading.sort_in(document)
    draft = reading.draft()
    require_right(draft, reading.problems)
    return draft


@dataclass
class _Reading:
    """Collects items by section, then what is read from them, and the problems on the way."""

    items: dict[str, list[Item]] = field(default_factory=lambda: {name: [] for name in (*SECTIONS, "areas")})
    problems: list[Problem] = field(default_factory=list)

    def each(self, what: Callable[[A], B], things: Iterable[A]) -> list[B]:
        results, problems = attempt(what, things)
        self.problems.extend(problems)
        return results

    def sort_in(self, document: Document) -> None:
        root = Item(document, ())
        if document.file.endswith(".geojson"):
            self.items["areas"].extend(features(root))
        elif not isinstance(root.value, dict):
            self.problems.append(root.problem("shape", f"sections are wanted here: {', '.join(SECTIONS)}"))
        else:
            self.problems.extend(document.unknown_keys((), (*SECTIONS, *DEFAULTS)))
            for section in SECTIONS:
                self.items[section].extend(self._listed(root, section))

    def _listed(self, root: Item, section: str) -> list[Item]:
        things = root.value.get(section)
        if things is not None and not isinstance(things, list):
            self.problems.append(root.at(section).problem("shape", "a list is wanted here: each begins with '- '"))
            return []
        return [root.at(section, index) for index in range(len(things or ()))]

    def entries(self, section: str, what: Callable[[Item], E]) -> tuple[Entry[E], ...]:
        return tuple(self.each(lambda item: Entry(what(item), item), self.items[section]))

    def draft(self) -> Draft:
        kinds = self.entries("kinds", read_kind)
        by_id = {entry.entity.id: entry.entity for entry in kinds}
        places = self.each(lambda item: read_point(item, by_id), self.items["points"])
        return Draft(
            directorates=self.entries("directorates", read_directorate),
            kinds=kinds,
            models=self.entries("models", read_model),
            areas=self.entries("areas", read_area),
            sites=self.entries("sites", read_site),
            points=tuple(place.point for place in places),
            devices=self.entries("devices", read_device),
            mounts=tuple(mount for place in places for mount in place.mounts),
            groups=self.entries("groups", read_group),
            declared={section: _ids(items) for section, items in self.items.items()},
        )


def _ids(items: Iterable[Item]) -> frozenset[str]:
    values = (item.value for item in items)
    return frozenset(value["id"] for value in values if isinstance(value, dict) and isinstance(value.get("id"), str))
