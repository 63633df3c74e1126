"""The guide for rule authors, taken apart: its pages, and what they show, each with what the page says of it.

What a block or a table is stands in a comment on the line before it, which readers of the page don't see:

    <!-- over: water-level -->            parts of a rule for each point of that kind
    <!-- across: drop-off-container -->   parts of a rule about such points together
    <!-- wrong -->                        with mistakes; what the checks say of them stands in the block that follows
    <!-- warns: no-expiry -->             right, but warned of
    <!-- gives over: water-level -->      parts of a rule that have just the problem that the heading above names
    <!-- gives -->                        the same for a file of rules
    <!-- examples over: noise-station --> a table, with a condition or a value in each code of its last column
    <!-- wrong over: water-level -->      a table: what is written, the problem, what to write instead

A block that begins with ``- `` is a file of rules, without any comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
MAIN = "docs/guide-des-regles.md"
PAGES = (MAIN, *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs" / "guide").glob("*.md")))

_NOTE = re.compile(r"<!-- (?P<name>[a-z ]+?)(?:: (?P<value>.+?))? -->")
_FENCE = re.compile(r"(?P<indent> *)```(?P<language>\w*)")
_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Block:
    """A block of code.

    Attributes:
        line: of its fence, from 1.
        heading: the last one before it.
        notes: what the comment before it says.
    """

    page: str
    line: int
    language: str
    text: str
    heading: str
    notes: dict[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def is_file(self) -> bool:
        """Whether it is a whole file of rules."""
        return self.text.startswith("- ")


@dataclass(frozen=True)
class Table:
    """A table; ``rows`` without its head."""

    page: str
    line: int
    rows: tuple[tuple[str, ...], ...]
    notes: dict[str, str]

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"


def text_of(page: str) -> str:
    """A page as it is written."""
    return (ROOT / page).read_text(encoding="utf-8")


def codes(cell: str) -> list[str]:
    """What stands between backticks."""
    return _CODE.findall(cell)


def prose_of(page: str) -> str:
    """A page without its blocks of code and the tables of what is wrong."""
    text = re.sub(r"```.*?```", "", text_of(page), flags=re.DOTALL)
    return re.sub(r"<!-- wrong over: .*?\n\n", "", text, flags=re.DOTALL)


def blocks_of(page: str) -> Iterator[Block]:
    """The blocks of code of a page."""
    lines = text_of(page).splitlines()
    begun: tuple[int, str] | None = None
    heading = ""
    for number, line in enumerate(lines):
        match = _FENCE.fullmatch(line)
        if begun is None and line.startswith("#"):
            heading = line.lstrip("# ")
        if match and begun is None:
            begun = number, match["language"]
        elif match and begun is not None:
            text = "".join(f"{each}\n" for each in lines[begun[0] + 1 : number])
            yield Block(page, begun[0] + 1, begun[1], text, heading, _notes(lines, begun[0]))
            begun = None


def tables_of(page: str) -> Iterator[Table]:
    """The tables of a page."""
    lines = text_of(page).splitlines()
    for number, line in enumerate(lines):
        if re.fullmatch(r"\|[-| ]+\|", line):
            rows = []
            for row in lines[number + 1 :]:
                if not row.startswith("|"):
                    break
                rows.append(tuple(cell.strip() for cell in row.strip().strip("|").split(" | ")))
            yield Table(page, number, tuple(rows), _notes(lines, number - 1))


def _notes(lines: list[str], number: int) -> dict[str, str]:
    before = [line for line in lines[max(number - 2, 0) : number] if line.strip()]
    return {match["name"]: match["value"] or "" for line in before[-1:] for match in _NOTE.finditer(line)}
