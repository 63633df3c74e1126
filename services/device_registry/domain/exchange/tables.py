"""CSV as spreadsheets write it: parted by commas, semicolons or tabs, with or without a byte order mark."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from shared.errors import ProblemsFound
from shared.problems import Problem, Span

_SEPARATORS: Final = ";,\t"


@dataclass(frozen=True)
class Row:
    """A row: the line on which it begins, counted from 1, and its cells by column, without spaces around them."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """A table as it was read. ``problems``: of rows that don't fit its columns; those rows are left out."""

    file: str
    separator: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]

    @property
    def has_decimal_commas(self) -> bool:
        """Whether decimals may be written with a comma."""
        return self.separator == ";"

    def span(self, line: int, column: str) -> Span:
        """The place of a cell: its line, and its column counted in cells as a spreadsheet does."""
        return Span(line, self.columns.index(column) + 1)


def read_table(text: str, file: str) -> Table:
    """Read a table.

    Raises:
        ProblemsFound: it has no columns, or its quotes don't end.
    """
    plain = text.removeprefix("\ufeff")
    separator = _separator(plain)
    lines = list(_lines(plain, separator, file))
    if not lines:
        raise ProblemsFound([Problem("table", "an empty table", file, Span(1, 1), "the first line names the columns")])
    header, *rest = lines
    columns = tuple(name.strip() for name in header[1])
    fitting = [
        Row(line, dict(zip(columns, _stripped(cells), strict=True))) for line, cells in rest if _fits(cells, columns)
    ]
    return Table(file, separator, columns, tuple(fitting), tuple(_misfits(file, header[0], columns, rest)))


def _separator(text: str) -> str:
    first = text.lstrip().partition("\n")[0]
    return max(_SEPARATORS, key=lambda sign: (first.count(sign), sign == ","))


def _lines(text: str, separator: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that isn't empty, with the line on which it begins."""
    reader = csv.reader((f"{line}\n" for line in text.split("\n")), delimiter=separator, strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        hint = 'text with quotes, separators or line breaks is put in quotes, and a quote in it is doubled: ""'
        raise ProblemsFound([Problem("table", f"no table any more: {error}", file, Span(begins, 1), hint)]) from error


def _stripped(cells: Sequence[str]) -> list[str]:
    return [cell.strip() for cell in cells]


def _fits(cells: Sequence[str], columns: Sequence[str]) -> bool:
    return len(cells) == len(columns)


def _misfits(
    file: str, header_line: int, columns: Sequence[str], rows: Iterable[tuple[int, list[str]]]
) -> Iterator[Problem]:
    for index, name in enumerate(columns):
        if name in columns[:index]:
            yield Problem("table", f"the column '{name}' stands here twice", file, Span(header_line, index + 1))
    for line, cells in rows:
        if not _fits(cells, columns):
            message = f"{len(cells)} cells under {len(columns)} columns"
            yield Problem("table", message, file, Span(line, 1), "text with the separator in it is put in quotes")


def write_table(columns: Sequence[str], rows: Iterable[Sequence[str]], separator: str) -> str:
    """The text of a table; lines end as spreadsheets want it."""
    pieces = _Pieces([])
    writer = csv.writer(pieces, delimiter=separator)
    writer.writerow(columns)
    writer.writerows(rows)
    return "".join(pieces.all)


@dataclass(frozen=True)
class _Pieces:
    """What the writer writes to."""

    all: list[str]

    def write(self, piece: str) -> None:
        self.all.append(piece)
