"""The timeline of a test that failed: what was seen, compared and decided, in columns, short enough to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.rules_engine.domain.rule import Rule
from services.rules_engine.domain.speaking import Language
from services.rules_engine.domain.testing.case import Case
from services.rules_engine.domain.testing.comparing import Failure
from services.rules_engine.domain.testing.rows import Row, Series, rows
from services.rules_engine.domain.testing.running import Played, play_case
from services.rules_engine.domain.truth import Truth
from shared.model.registry import Text

WIDTH: Final = 100
_BETWEEN: Final = "  "
_FEW: Final = 3
_AROUND: Final = 2
_MOST_ROWS: Final = 40
_MOST_SUBJECTS: Final = 3
_LONGEST: Final = 44
_HEADS: Final = (Text("heure", "clock"), Text("depuis", "after"), Text("comparé", "compared"), Text("vrai ?", "true?"),
                 Text("état", "state"))  # fmt: skip
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


def timeline(
    case: Case, others: Mapping[str, Rule], failures: Sequence[Failure], language: Language = "fr"
) -> tuple[Line, ...]:
    """Play the test once more, looking at every instant, and lay it out around what failed."""
    played = play_case(case, others, every_step=True)
    return tuple(_lines(case, played, failures, language))


def text_of(lines: Iterable[Line]) -> str:
    """The lines without colours."""
    return "\n".join("".join(part.text for part in line).rstrip() for line in lines)


def _lines(case: Case, played: Played, failures: Sequence[Failure], language: Language) -> Iterator[Line]:
    for subject in _concerned(played, failures):
        if len(played.subjects) > 1:
            yield (Part(subject, Role.HEAD),)
        yield from _table(case, played, failures, subject, language)


def _concerned(played: Played, failures: Sequence[Failure]) -> Sequence[str]:
    """The subjects in which something is wrong; all of them where that isn't known."""
    named = {failure.subject for failure in failures}
    chosen = played.subjects if None in named else [each for each in played.subjects if each in named]
    return chosen[:_MOST_SUBJECTS]


def _table(case: Case, played: Played, failures: Sequence[Failure], subject: str, language: Language) -> Iterator[Line]:
    kept = list(_near_remarks(_shortened(rows(case, played, failures, subject))))
    cells = [_cells(each, language) for each in kept if isinstance(each, Row)]
    heads = [getattr(head, language) for head in _HEADS]
    widths = [max(len(text) for text in column) for column in zip(heads, *cells, strict=True)]
    series = _fitting(case, played, subject, [each for each in kept if isinstance(each, Row)], WIDTH - sum(widths) - 10)
    observed = [max(len(name), *(len(each.observed.get(key, "")) for each in kept if isinstance(each, Row)))
                for key, name in series.items()]  # fmt: skip
    order = [*widths[:2], *observed, *widths[2:]]
    titles = [*heads[:2], *series.values(), *heads[2:]]
    yield tuple(_padded(titles, order, [Role.HEAD] * len(titles)))
    for each in kept:
        if isinstance(each, int):
            said = Text(f"⋮ {each} instants de même", f"⋮ {each} alike")
            yield (Part(" " * (widths[0] + len(_BETWEEN)) + getattr(said, language), Role.DIM),)
            continue
        yield _line(each, list(series), order, language)
        for remark in each.remarks:
            mark, role = ("✗", Role.WRONG) if remark.wrong else ("●", Role.CAME)
            yield (Part(" " * (widths[0] + len(_BETWEEN)) + f"{mark} {getattr(remark.said, language)}", role),)


def _shortened(found: Iterable[Row]) -> Iterator[Row | int]:
    """Rows between which nothing was decided are left out, but for the first and the last; a number says how many."""
    alike: list[Row] = []
    for row in found:
        if alike and not row.resembles(alike[-1]):
            yield from _ends(alike)
            alike = []
        alike.append(row)
    yield from _ends(alike)


def _ends(alike: Sequence[Row]) -> Iterator[Row | int]:
    if len(alike) <= _FEW:
        yield from alike
    else:
        yield from (alike[0], len(alike) - 2, alike[-1])


def _near_remarks(found: Iterable[Row | int]) -> Iterator[Row | int]:
    """Of a long timeline only what lies near to where something came or should have."""
    kept = list(found)
    if len(kept) <= _MOST_ROWS:
        yield from kept
        return
    marked = [index for index, row in enumerate(kept) if isinstance(row, Row) and row.remarks]
    near = {index + offset for index in marked for offset in range(-_AROUND, _AROUND + 1)} | {0, len(kept) - 1}
    left = 0
    for index, row in enumerate(kept):
        if index not in near:
            left += row if isinstance(row, int) else 1
            continue
        if left:
            yield left
            left = 0
        yield row


def _cells(row: Row, language: Language) -> list[str]:
    compared = row.compared if len(row.compared) <= _LONGEST else row.compared[: _LONGEST - 1] + "…"
    return [row.clock, row.after, compared, getattr(_TRUTHS[row.truth], language), row.state]


def _fitting(case: Case, played: Played, subject: str, kept: Sequence[Row], room: int) -> dict[Series, str]:
    """The series that there is room for, each with its title."""
    alone = not played.rule.reads_others
    found = dict.fromkeys((seen.point, seen.name) for seen in case.observations if not alone or seen.point == subject)
    several = len({point for point, _ in found}) > 1
    titles: dict[Series, str] = {}
    for series in found:
        title = f"{series[0]} {series[1]}" if several else series[1]
        width = max(len(title), *(len(row.observed.get(series, "")) for row in kept)) + len(_BETWEEN)
        if width > room:
            break
        room -= width
        titles[series] = title
    return titles


def _line(row: Row, series: Sequence[Series], widths: Sequence[int], language: Language) -> Line:
    cells = _cells(row, language)
    texts = [*cells[:2], *(row.observed.get(key, "") for key in series), *cells[2:]]
    truths = {True: Role.TRUE, False: Role.FALSE, None: Role.UNKNOWN}
    roles = [Role.PLAIN, Role.DIM, *(Role.PLAIN for _ in series), Role.PLAIN, truths[row.truth], _role(row.state)]
    return tuple(_padded(texts, widths, roles))


def _role(state: str) -> Role:
    if state.startswith("firing"):
        return Role.FIRING
    return Role.PENDING if state == "pending" else Role.DIM


def _padded(texts: Sequence[str], widths: Sequence[int], roles: Sequence[Role]) -> Iterator[Part]:
    for text, width, role in zip(texts, widths, roles, strict=True):
        yield Part(text.ljust(width) + _BETWEEN, role)
