"""The timeline of a test that failed: what was seen, compared and decided, in columns, short enough to read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.rules_engine.domain.rule import Rule
from services.rules_engine.domain.speaking import Language
from services.rules_engine.domain.testing.case import Case
from services.rules_engine.domain.testing.comparing import Failure
from services.rules_engine.domain.testing.rows import Row, Series, rows
from services.rules_engine.domain.testing.running import Played, play_case
from services.rules_engine.domain.testing.shortening import RowOrGap, shortened
from services.rules_engine.domain.truth import Truth
from shared.model.registry import Text

WIDTH: Final = 96
"""Columns of a terminal that the table may take; four more are left for whoever indents it."""

_BETWEEN: Final = "  "
_LONGEST: Final = 44
_MOST_SUBJECTS: Final = 3
_TRUTHS: Final[Mapping[Truth, Text]] = {
    True: Text("vrai", "true"), False: Text("faux", "false"), None: Text("inconnu", "unknown"),
}  # fmt: skip


class Role(StrEnum):
    """What a part of a line is, for whoever gives it a colour."""

    HEAD = "head"
    PLAIN = "plain"
    DIM = "dim"
    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"
    PENDING = "pending"
    FIRING = "firing"
    CAME = "came"
    WRONG = "wrong"


@dataclass(frozen=True)
class Part:
    """A piece of a line."""

    text: str
    role: Role = Role.PLAIN


Line = tuple[Part, ...]


@dataclass(frozen=True)
class Column:
    """One column of the table: its title, and what a row shows in it."""

    title: str
    cell: Callable[[Row], str]
    role: Callable[[Row], Role] = lambda _row: Role.PLAIN

    def width(self, kept: Iterable[RowOrGap]) -> int:
        return max([len(self.title), *(len(self.cell(row)) for row in kept if isinstance(row, Row))])


def timeline(
    case: Case, others: Mapping[str, Rule], failures: Sequence[Failure], language: Language = "fr"
) -> tuple[Line, ...]:
    """Play the test once more, looking at every instant, and lay it out around what failed."""
    played = play_case(case, others, every_step=True)
    lines: list[Line] = []
    for subject in _concerned(played, failures):
        if len(played.subjects) > 1:
            lines.append((Part(subject, Role.HEAD),))
        kept = shortened(rows(case, played, failures, subject))
        series = _series(case, played, subject)
        lines += _Table(kept, language, _columns(kept, series, language)).lines()
    return tuple(lines)


def text_of(lines: Iterable[Line]) -> str:
    """The lines without colours."""
    return "\n".join("".join(part.text for part in line).rstrip() for line in lines)


@dataclass(frozen=True)
class _Table:
    kept: Sequence[RowOrGap]
    language: Language
    columns: Sequence[Column]

    def lines(self) -> Iterator[Line]:
        widths = [column.width(self.kept) for column in self.columns]
        titles = [Part(column.title.ljust(width) + _BETWEEN, Role.HEAD)
                  for column, width in zip(self.columns, widths, strict=True)]  # fmt: skip
        yield tuple(titles)
        for row in self.kept:
            if isinstance(row, int):
                said = Text(f"⋮ {row} instants de même", f"⋮ {row} alike")
                yield self._beside(widths[0], said, Role.DIM)
                continue
            yield tuple(
                Part(column.cell(row).ljust(width) + _BETWEEN, column.role(row))
                for column, width in zip(self.columns, widths, strict=True)
            )
            for remark in row.remarks:
                mark, role = ("✗ ", Role.WRONG) if remark.wrong else ("● ", Role.CAME)
                yield self._beside(widths[0], remark.said, role, mark)

    def _beside(self, width: int, said: Text, role: Role, mark: str = "") -> Line:
        return (Part(" " * (width + len(_BETWEEN))), Part(mark + getattr(said, self.language), role))


def _concerned(played: Played, failures: Sequence[Failure]) -> Sequence[str]:
    """The subjects in which something is wrong; all of them where that isn't known."""
    named = {failure.subject for failure in failures}
    chosen = played.subjects if None in named else [each for each in played.subjects if each in named]
    return chosen[:_MOST_SUBJECTS]


def _series(case: Case, played: Played, subject: str) -> Sequence[Series]:
    """What is observed that the subject may depend on."""
    found = dict.fromkeys((seen.point, seen.name) for seen in case.observations)
    return [each for each in found if played.rule.reads_others or each[0] == subject]


def _columns(kept: Sequence[RowOrGap], series: Sequence[Series], language: Language) -> list[Column]:
    """The columns; of many series those that there is room for."""
    first = [
        Column("heure" if language == "fr" else "clock", lambda row: row.clock),
        Column("depuis" if language == "fr" else "after", lambda row: row.after, lambda _row: Role.DIM),
    ]
    last = [
        Column("comparé" if language == "fr" else "compared", _compared),
        Column("vrai ?" if language == "fr" else "true?", lambda row: _truth(row, language), _truth_role),
        Column("état" if language == "fr" else "state", lambda row: row.state, _state_role),
    ]
    room = WIDTH - sum(column.width(kept) + len(_BETWEEN) for column in (*first, *last))
    middle: list[Column] = []
    several = len({point for point, _ in series}) > 1
    for each in series:
        column = Column(f"{each[0]} {each[1]}" if several else each[1], _observed(each))
        room -= column.width(kept) + len(_BETWEEN)
        if room < 0:
            break
        middle.append(column)
    return [*first, *middle, *last]


def _observed(series: Series) -> Callable[[Row], str]:
    return lambda row: row.observed.get(series, "")


def _compared(row: Row) -> str:
    return row.compared if len(row.compared) <= _LONGEST else row.compared[: _LONGEST - 1] + "…"


def _truth(row: Row, language: Language) -> str:
    word: str = getattr(_TRUTHS[row.truth], language)
    return word


def _truth_role(row: Row) -> Role:
    return {True: Role.TRUE, False: Role.FALSE, None: Role.UNKNOWN}[row.truth]


def _state_role(row: Row) -> Role:
    if row.state.startswith("firing"):
        return Role.FIRING
    return Role.PENDING if row.state == "pending" else Role.DIM
