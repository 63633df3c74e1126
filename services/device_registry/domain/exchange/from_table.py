"""Makes of a table a document in the shape of the inventory's files, with the place of every cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from services.device_registry.domain.exchange.cells import CellFault
from services.device_registry.domain.exchange.columns import MOUNT, Column, columns_of
from services.device_registry.domain.exchange.tables import Row, Table
from shared.documents import Document, Path, did_you_mean
from shared.problems import Problem, Span


@dataclass(frozen=True)
class TableDocument(Document):
    """A document whose problems name the column. ``names``: of the columns, by the path of their values."""

    names: Mapping[Path, str] = field(default_factory=dict, repr=False)

    def problem(
        self,
        path: Path,
        slug: str,
        message: str,
        hint: str | None = None,
        *,
        key: bool = False,
        severity: str = "error",
    ) -> Problem:
        """As of any document; there are no keys in a table, only columns."""
        place = path
        while place and place not in self.names:
            place = place[:-1]
        said = f"{self.names[place]}: {message}" if place else message
        return super().problem(place or path[:2], slug, said, hint, severity=severity)


@dataclass(frozen=True)
class Written:
    """What a file says of one sort of thing.

    Attributes:
        problems: of cells, columns and features.
        unreadable: the positions of things that lack something, which is told already.
        kept: columns of mounts that the file lacks.
    """

    sort: str
    document: Document
    problems: tuple[Problem, ...] = ()
    unreadable: frozenset[int] = frozenset()
    kept: frozenset[str] = frozenset()


def table_written(table: Table, sort: str, known: Mapping[str, dict[str, Any]]) -> Written:
    """What a table says.

    Args:
        known: by id, what is known in the same shape: it fills the columns that the table does not have.
    """
    building = _Building(table, sort, {column.name: column for column in columns_of(sort)}, known)
    building.check_columns()
    for row in table.rows:
        building.add(row)
    data = {sort: building.things}
    document = TableDocument(table.file, data, building.spans, {}, building.names)
    kept = frozenset(column.name for column in MOUNT) - set(table.columns)
    problems = (*table.problems, *building.problems)
    return Written(sort, document, problems, frozenset(building.unreadable), kept)


@dataclass
class _Building:
    table: Table
    sort: str
    columns: dict[str, Column]
    known: Mapping[str, dict[str, Any]]
    things: list[dict[str, Any]] = field(default_factory=list)
    spans: dict[Path, Span] = field(default_factory=dict)
    names: dict[Path, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unreadable: set[int] = field(default_factory=set)
    first_rows: dict[str, tuple[int, Row]] = field(default_factory=dict)

    def check_columns(self) -> None:
        for index, name in enumerate(self.table.columns):
            if name not in self.columns:
                hint = did_you_mean(name, self.columns) or f"there may be: {', '.join(self.columns)}"
                self._told("unknown-column", f"no column '{name}' in a table of {self.sort}", Span(1, index + 1), hint)
        if "id" not in self.table.columns:
            self._told("missing", "no column 'id'", Span(1, 1), "each row begins with the id of a thing")

    def _told(self, slug: str, message: str, span: Span, hint: str | None = None) -> None:
        self.problems.append(Problem(slug, message, self.table.file, span, hint))

    def add(self, row: Row) -> None:
        identifier = row.cells.get("id", "")
        has_mount = self.sort == "points" and any(row.cells.get(column.name) for column in MOUNT)
        first = self.first_rows.get(identifier)
        if first is not None and has_mount:
            self._require_same(row, first[1])
            self._mount(row, first[0])
            return
        index = len(self.things)
        if identifier:
            self.first_rows.setdefault(identifier, (index, row))
        self._thing(row, index, identifier)
        if has_mount:
            self._mount(row, index)

    def _require_same(self, row: Row, first: Row) -> None:
        """A further row of a point tells of a device; of the point it repeats what the first row says, or nothing."""
        of_mounts = {column.name for column in MOUNT}
        for name, text in row.cells.items():
            if name not in of_mounts and text not in ("", first.cells[name]):
                message = f"{name}: '{text}', but '{first.cells[name]}' on line {first.line}"
                self._told("repeated-id", message, self.table.span(row.line, name), "one id is one point")

    def _thing(self, row: Row, index: int, identifier: str) -> None:
        path: Path = (self.sort, index)
        thing = deepcopy(self.known.get(identifier, {}))
        thing.pop("mounted", None)
        if self.sort == "areas":
            thing.setdefault("type", "Feature")
        self.things.append(thing)
        self.spans[path] = Span(row.line, 1)
        mounts = {column.name for column in MOUNT} if self.sort == "points" else set()
        self._fill(thing, path, row, [column for column in self.columns.values() if column.name not in mounts])
        self._require(thing, index, row, (column for column in self.columns.values() if column.name not in mounts))

    def _mount(self, row: Row, index: int) -> None:
        mounted = self.things[index].setdefault("mounted", [])
        path: Path = (self.sort, index, "mounted", len(mounted))
        mount: dict[str, Any] = {}
        mounted.append(mount)
        if "device" in row.cells:
            self.spans[path], self.names[path] = self.table.span(row.line, "device"), "device"
        self._fill(mount, path, row, MOUNT)
        self._require(mount, index, row, MOUNT)

    def _fill(self, thing: dict[str, Any], path: Path, row: Row, columns: Iterable[Column]) -> None:
        for column in columns:
            if column.name in row.cells:
                place = (*path, *column.path)
                self.spans[place] = self.table.span(row.line, column.name)
                self.names[place] = column.name
                self._set(thing, column, row)

    def _set(self, thing: dict[str, Any], column: Column, row: Row) -> None:
        text = row.cells[column.name]
        if not text:
            _remove(thing, column.path)
            return
        try:
            value = column.cell.read(text, self.table.has_decimal_commas)
        except CellFault as fault:
            self._told("cell", f"{column.name}: {fault}", self.table.span(row.line, column.name), fault.hint)
            value = fault.instead
        _put(thing, column.path, value)

    def _require(self, thing: dict[str, Any], index: int, row: Row, columns: Iterable[Column]) -> None:
        for column in columns:
            if column.is_needed and not _has(thing, column.path):
                at = self.table.span(row.line, column.name) if column.name in row.cells else Span(row.line, 1)
                self._told("missing", f"{column.name}: nothing stands here, and it is needed", at)
                self.unreadable.add(index)


def _put(thing: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    *outer, last = path
    for step in outer:
        thing = thing.setdefault(step, {})
    thing[last] = value


def _has(thing: dict[str, Any], path: tuple[str, ...]) -> bool:
    for step in path[:-1]:
        thing = thing.get(step, {})
    return path[-1] in thing


def _remove(thing: dict[str, Any], path: tuple[str, ...]) -> None:
    """Take a value out, and what held nothing else."""
    step, *inner = path
    if step in thing and inner:
        _remove(thing[step], tuple(inner))
        if not thing[step]:
            del thing[step]
    elif not inner:
        thing.pop(step, None)
