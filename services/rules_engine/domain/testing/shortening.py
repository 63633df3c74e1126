"""Leaves out of a timeline what nobody needs to read: instants at which nothing changed, or far from all that came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeAlias

from services.rules_engine.domain.testing.rows import Row

_FEW: Final = 3
_AROUND: Final = 2
_MOST: Final = 40

RowOrGap: TypeAlias = Row | int
"""A row, or how many rows are left out."""


def shortened(found: Iterable[Row]) -> list[RowOrGap]:
    """The rows that tell the story."""
    return list(_near_remarks(list(_without_the_same(found))))


def _without_the_same(found: Iterable[Row]) -> Iterator[RowOrGap]:
    """Of rows between which nothing was decided the first and the last."""
    alike: list[Row] = []
    for row in found:
        if alike and not row.resembles(alike[-1]):
            yield from _ends(alike)
            alike = []
        alike.append(row)
    yield from _ends(alike)


def _ends(alike: Sequence[Row]) -> Sequence[RowOrGap]:
    return alike if len(alike) <= _FEW else (alike[0], len(alike) - 2, alike[-1])


def _near_remarks(found: Sequence[RowOrGap]) -> Iterator[RowOrGap]:
    """Of many rows those near to where something came or should have."""
    if len(found) <= _MOST:
        yield from found
        return
    marked = [index for index, row in enumerate(found) if isinstance(row, Row) and row.remarks]
    near = {index + offset for index in marked for offset in range(-_AROUND, _AROUND + 1)} | {0, len(found) - 1}
    skipped: list[RowOrGap] = []
    for index, row in enumerate(found):
        if index not in near or isinstance(row, int):
            skipped.append(row)
            continue
        yield from _told(skipped)
        skipped = []
        yield row


def _told(skipped: Sequence[RowOrGap]) -> Sequence[RowOrGap]:
    """How many are left out; a line that says so would be no shorter than one row."""
    if len(skipped) <= 1:
        return skipped
    return [sum(row if isinstance(row, int) else 1 for row in skipped)]
