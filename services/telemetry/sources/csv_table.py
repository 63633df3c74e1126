"""Lines of CSV as rows with named cells: comma or semicolon, with or without a byte order mark, one row a line."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from services.telemetry.sources.observations_json import Unreadable

_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_LONGEST_LINE: Final = 20_000

Row = dict[str, str]
"""Cells by name, without the spaces around them."""


class Line(NamedTuple):
    """A row, or why it is none.

    Attributes:
        number: of the line in the file, from 1.
    """

    number: int
    row: Row | Unreadable


class Table:
    """A header and what follows it.

    Args:
        lines: the text, line by line.
        renamed: other names for columns of the header.

    Raises:
        Unreadable: there is no header, or a name stands in it twice.
    """

    def __init__(self, lines: Iterable[str], renamed: Mapping[str, str]) -> None:
        self._lines = enumerate(lines, start=1)
        number, header = next(((n, line) for n, line in self._lines if line.strip("\ufeff \r\n")), (1, ""))
        self._delimiter = ";" if ";" in header else ","
        try:
            cells = self._cells(header.lstrip("\ufeff"))
        except Unreadable as error:
            raise Unreadable(f"line {number}: {error}") from error
        self.names = [renamed.get(name, name) for name in cells]
        if not any(self.names):
            raise Unreadable("there is no header, e.g. time,device,laeq")
        twice = sorted({name for name in self.names if name and self.names.count(name) > 1})
        if twice:
            raise Unreadable(f"line {number}: the header names {', '.join(twice)} twice")

    def __iter__(self) -> Iterator[Line]:
        for number, line in self._lines:
            if line.strip():
                yield Line(number, self._row(line))

    def value(self, cell: str) -> float | str | None:
        """The number in a cell; None if it is empty, which is no measure; the text if it is neither."""
        if not cell:
            return None
        text = cell.replace(",", ".") if self._delimiter == ";" and "." not in cell else cell
        return float(text) if _NUMBER.fullmatch(text) else cell

    def _row(self, line: str) -> Row | Unreadable:
        try:
            cells = self._cells(line)
        except Unreadable as error:
            return error
        if len(cells) != len(self.names):
            return Unreadable(f"{len(cells)} cells, where the header has {len(self.names)}")
        return dict(zip(self.names, cells, strict=True))

    def _cells(self, line: str) -> list[str]:
        if len(line) > _LONGEST_LINE:
            raise Unreadable("too long a line")
        try:
            # Line by line: a quotation mark that is never closed spoils its own line alone.
            (cells,) = csv.reader([line.rstrip("\r\n")], delimiter=self._delimiter, strict=True) or [[]]
        except (csv.Error, ValueError) as error:
            raise Unreadable(f"not CSV: {error}") from error
        return [cell.strip() for cell in cells]
